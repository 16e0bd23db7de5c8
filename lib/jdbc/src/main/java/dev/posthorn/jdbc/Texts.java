package dev.posthorn.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;

/** Lists of texts in one column, in the encoding of forms: a kind that every database keeps. */
final class Texts {
  private Texts() {}

  static String join(List<String> texts) {
    StringBuilder joined = new StringBuilder();
    for (String text : texts) {
      joined.append(URLEncoder.encode(text, UTF_8)).append('&');
    }
    return joined.toString();
  }

  static List<String> split(String joined) {
    List<String> texts = new ArrayList<>();
    int from = 0;
    for (int end = joined.indexOf('&'); end >= 0; end = joined.indexOf('&', from)) {
      texts.add(URLDecoder.decode(joined.substring(from, end), UTF_8));
      from = end + 1;
    }
    return texts;
  }
}
