package dev.posthorn.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointUrlTest {
  private final EndpointPolicy standard = EndpointPolicy.standard();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "https://hooks.example.com                     | https://hooks.example.com/",
        "https://hooks.example.com/                    | https://hooks.example.com/",
        "HTTPS://Hooks.Example.COM/Path                | https://hooks.example.com/Path",
        "https://hooks.example.com:443/a               | https://hooks.example.com/a",
        "https://hooks.example.com?a=b                 | https://hooks.example.com/?a=b",
        "https://hooks.example.com/?                   | https://hooks.example.com/?",
        "https://hooks.example.com/a//b/               | https://hooks.example.com/a//b/",
        "https://hooks.example.com//a                  | https://hooks.example.com//a",
        "https://hooks.example.com/a.b/...             | https://hooks.example.com/a.b/...",
        "https://hooks.example.com/%2F%c3%bc           | https://hooks.example.com/%2F%c3%bc",
        "https://hooks.example.com/a?b=/?:@!$&()*+,;=~ | https://hooks.example.com/a?b=/?:@!$&()*+,;=~",
        "https://hooks.example.com/it's?it's           | https://hooks.example.com/it's?it%27s",
        "https://hooks.example.com/?u=https://10.0.0.1 | https://hooks.example.com/?u=https://10.0.0.1",
        "https://hooks.example.com/@10.0.0.1           | https://hooks.example.com/@10.0.0.1",
        "https://xn--mnchen-3ya.example/               | https://xn--mnchen-3ya.example/",
        "https://1.example.com/                        | https://1.example.com/",
        "https://0x1.example.com/                      | https://0x1.example.com/",
        "https://localhost.example.com/                | https://localhost.example.com/",
        "https://mylocal.example/                      | https://mylocal.example/",
        "https://testing.com/                          | https://testing.com/",
        "https://8.8.8.8/                              | https://8.8.8.8/",
        "https://[2606:4700:0:0:0:0:0:1111]/           | https://[2606:4700::1111]/",
        "https://[2606:4700::0A1B]:443/x               | https://[2606:4700::a1b]/x",
        "https://[2606:4700:0:1:0:0:0:1]/              | https://[2606:4700:0:1::1]/",
        "https://[2600::]/                             | https://[2600::]/",
      })
  void acceptsAndCanonicalises(String given, String canonical) {
    assertEquals(canonical, standard.check(given).toString());
    assertEquals(
        canonical, standard.check(canonical).toString(), "canonical once, canonical twice");
    assertEquals(canonical, HttpUrl.get(canonical).toString(), "OkHttp sends to the same");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // no URL of a web server
        "",
        "hooks.example.com",
        "//hooks.example.com/",
        "ftp://hooks.example.com/",
        "file:///etc/passwd",
        "gopher://hooks.example.com/",
        "jar:https://hooks.example.com/!/",
        "https:hooks.example.com",
        "https:/hooks.example.com",
        "https:///hooks.example.com",
        "https:////hooks.example.com",
        "https://",
        "https://?x",
        " https://hooks.example.com/",
        "https://hooks.example.com/ ",
        // another host than it seems
        "https://user@hooks.example.com/",
        "https://user:secret@hooks.example.com/",
        "https://hooks.example.com@10.0.0.1/",
        "https://@hooks.example.com/",
        "https://hooks.example.com:443@10.0.0.1/",
        "https://hooks.example.com\\@10.0.0.1/",
        "https://hooks.example.com\\.evil.example/",
        "https:\\\\hooks.example.com/",
        "https://hooks.example.com#@10.0.0.1/",
        "https://hooks.example.com/#fragment",
        "https://hooks.example.com/?a#b",
        "https://10.0.0.1%2f.example.com/",
        "https://%31%30.0.0.1/",
        "https://hooks.example.com%00.evil.example/",
        "https://hooks.example.com%2eevil.example/",
        "https://hooks.example.com,10.0.0.1/",
        "https://hooks.example.com;10.0.0.1/",
        "https://hooks.example.com&@10.0.0.1/",
        "https://a b.example.com/",
        "https://hooks_x.example.com/",
        "https://-hooks.example.com/",
        "https://hooks-.example.com/",
        "https://hooks..example.com/",
        "https://.example.com/",
        "https://hooks.example.com./",
        "https://./",
        "https://hooks.example.com:/",
        "https://hooks.example.com:0/",
        "https://hooks.example.com:0443/",
        "https://hooks.example.com:65536/",
        "https://hooks.example.com:4294967739/",
        "https://hooks.example.com:+443/",
        "https://hooks.example.com:443:443/",
        "https://hooks.example.com:https/",
        // characters
        "https://hooks.example.com/\r\nX-Evil: 1",
        "https://hooks.example.com/\t",
        "https://hooks.exa\tmple.com/",
        "https://hooks.exa\u00admple.com/",
        "https://hooks.example.com/\u0000",
        "https://hooks.example.com/\u007f",
        "https://hooks.example.com/\u00fc",
        "https://m\u00fcnchen.example/",
        "https://\uff11\uff10.0.0.1/",
        "https://\u2460\u2461\u2466.0.0.1/",
        "https://127\u30020\u30020\u30021/",
        "https://hooks\uff0eexample\uff0ecom/",
        "https://hooks.example.com\uff0f@10.0.0.1/",
        "https://hooks.\u212aexample.com/",
        "https://hooks.example.com/\ud800",
        "https://hooks.example.com/<script>",
        "https://hooks.example.com/{id}",
        "https://hooks.example.com/a|b",
        "https://hooks.example.com/a^b",
        "https://hooks.example.com/`",
        "https://hooks.example.com/\"",
        "https://hooks.example.com/[x]",
        "https://hooks.example.com/?[x]",
        "https://hooks.example.com/%",
        "https://hooks.example.com/%2",
        "https://hooks.example.com/%zz",
        "https://hooks.example.com/?%u0041",
        // dots that a client would take away
        "https://hooks.example.com/a/../b",
        "https://hooks.example.com/./b",
        "https://hooks.example.com/..",
        "https://hooks.example.com/%2e%2E/b",
        "https://hooks.example.com/.%2e",
        // numbers that some parser takes for an address
        "https://127.1/",
        "https://127.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://017700000001/",
        "https://127.0.0.01/",
        "https://127.0.0.1.1/",
        "https://127.0.0.256/",
        "https://127.0.0.0x1/",
        "https://127.0.0.0x/",
        "https://0/",
        "https://0x/",
        "https://00000000010.0.0.1/",
        "https://1.1.1.1.1/",
        "https://hooks.example.1/",
        "https://hooks.example.0x10/",
        "https://127.0.0.1./",
        "https://256.256.256.256/",
        "https://8.8.8.08/",
        // addresses in brackets
        "https://[::1",
        "https://::1/",
        "https://[]/",
        "https://[:]/",
        "https://[::1]x/",
        "https://[::1].example.com/",
        "https://x[::1]/",
        "https://[::1]]/",
        "https://[[::1]]/",
        "https://[fe80::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://[2606:4700::1111%1]/",
        "https://[::ffff:8.8.8.8]/",
        "https://[::ffff:808:808]/",
        "https://[::8.8.8.8]/",
        "https://[64:ff9b::8.8.8.8]/",
        "https://[1:2:3:4:5:6:7:8:9]/",
        "https://[2606:4700:::1]/",
        "https://[2606::1::1]/",
        "https://[26060::1]/",
        "https://[8.8.8.8]/",
        "https://[v1.fe80]/",
        "https://[hooks.example.com]/",
        "https://[2606:4700::1111]:/",
      })
  void refusesWhateverCouldBeReadInTwoWays(String url) {
    assertThrows(InvalidWebhookException.class, () -> standard.check(url));
    assertThrows(
        InvalidWebhookException.class,
        () -> standard.allowHttp().allow("0.0.0.0/0").allow("::/0").check(url),
        "no allowance lifts a rule of syntax");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://u:hunter2@hooks.example.com/?k=hunter2 | the URL must not hold a user name or password",
        "https://hooks.example.com/?k=hunter2#x | the URL has a fragment, which is never sent; leave out the # and what follows",
        "https://hooks.example.com:99999/?k=hunter2 | the URL has a port that is not a number from 1 to 65535 without leading zeros",
        "https://127.1/?k=hunter2 | the URL must write an IPv4 address as four decimal numbers: 127.1",
        "https://hooks.example.com./?k=hunter2 | the URL must not have a dot at the end of its host: hooks.example.com.",
        "https://a_b.example.com/?k=hunter2 | the URL has a host that is neither a name nor an address: a_b.example.com",
        "https://hooks.example.com/?k=hunter2{ | the URL holds a { in its query; percent-encode it",
        "https://hooks.example.com/../?k=hunter2 | the URL must not hold . or .. as a part of its path",
        "https://%41.example.com/?k=hunter2 | the URL must not hold a % in its host",
        "ftp://u:hunter2@hooks.example.com/ | the URL must begin with https://",
        "https:///hunter2 | the URL has no host",
      })
  void saysWhichRuleAndNoSecret(String url, String message) {
    Exception refusal =
        assertThrows(InvalidWebhookException.class, () -> standard.check(url.strip()));
    assertEquals(message, refusal.getMessage());
    assertFalse(message.contains("hunter2"));
  }

  @Test
  void namesTheCharacterAndWhereItStands() {
    Exception refusal =
        assertThrows(
            InvalidWebhookException.class, () -> standard.check("https://m\u00fcnchen.example/"));
    assertEquals(
        "the URL holds the character U+00FC at position 9; only printable ASCII without space and"
            + " backslash is allowed: percent-encode it in a path or query, write an international"
            + " host name as punycode (xn--)",
        refusal.getMessage());
  }

  @Test
  void takes2048CharactersAndNotOneMore() {
    String longest = "https://hooks.example.com/".concat("a".repeat(2048 - 26));
    assertEquals(longest, standard.check(longest).toString());
    Exception refusal =
        assertThrows(InvalidWebhookException.class, () -> standard.check(longest + "a"));
    assertEquals("the URL has 2049 characters; at most 2048 are allowed", refusal.getMessage());
  }

  @Test
  void takesLabelsOf63AndNamesOf253Characters() {
    String label = "a".repeat(63);
    assertTrue(standard.check("https://" + label + ".example/").getHost().startsWith(label));
    assertThrows(
        InvalidWebhookException.class, () -> standard.check("https://" + label + "a.example/"));
    String name = (label + ".").repeat(3) + "a".repeat(57) + ".com";
    assertEquals(253, name.length());
    assertEquals(name, standard.check("https://" + name + "/").getHost());
    assertThrows(InvalidWebhookException.class, () -> standard.check("https://a" + name + "/"));
  }
}
