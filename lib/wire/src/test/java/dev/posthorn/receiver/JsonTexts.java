package dev.posthorn.receiver;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** JSON values as people and libraries write them: any digits, any white space, any escapes. */
final class JsonTexts {
  private JsonTexts() {}

  static Arbitrary<String> any() {
    return Arbitraries.recursive(JsonTexts::scalar, JsonTexts::nested, 0, 3);
  }

  private static Arbitrary<String> scalar() {
    return Arbitraries.oneOf(Arbitraries.of("null", "true", "false"), number(), string());
  }

  private static Arbitrary<String> number() {
    return Combinators.combine(
            Arbitraries.of("", "-"),
            Arbitraries.of("0", "7", "10", "9007199254740993", "1".repeat(40)),
            Arbitraries.of("", ".0", ".10", ".0000001"),
            Arbitraries.of("", "e5", "E+400", "e-07"))
        .as((sign, whole, fraction, exponent) -> sign + whole + fraction + exponent);
  }

  private static Arbitrary<String> string() {
    return text("\\\"", "\\\\", "\\/", "\\n", "\\u0000", "\\ud83d", "\\uD83D\\uDE00", "\\u00e4");
  }

  /** Jackson takes no lone surrogate in a name. */
  private static Arbitrary<String> name() {
    return text("\\\"", "\\\\", "\\/", "\\n", "\\u0000", "\\uD83D\\uDE00", "\\u00e4");
  }

  private static Arbitrary<String> text(String... escapes) {
    Arbitrary<String> character =
        Arbitraries.oneOf(
            Arbitraries.of(escapes),
            Arbitraries.integers()
                .between(0x20, Character.MAX_CODE_POINT)
                .filter(c -> c != '"' && c != '\\' && !isSurrogate(c))
                .map(Character::toString));
    return character.list().ofMaxSize(8).map(all -> "\"" + String.join("", all) + "\"");
  }

  private static boolean isSurrogate(int c) {
    return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
  }

  private static Arbitrary<String> nested(Arbitrary<String> inner) {
    Arbitrary<String> member =
        Combinators.combine(name(), space(), inner)
            .as((name, gap, value) -> name + gap + ":" + value);
    return Arbitraries.oneOf(inner, list("[", inner, "]"), list("{", member, "}"));
  }

  private static Arbitrary<String> list(String open, Arbitrary<String> item, String close) {
    return Combinators.combine(space(), item.list().ofMaxSize(3), space())
        .as(
            (before, items, after) ->
                open + before + String.join(before + ",", items) + after + close);
  }

  private static Arbitrary<String> space() {
    return Arbitraries.of("", "", " ", "\n\t", "\r\n  ");
  }
}
