package dev.posthorn.webhook;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Guesses what a mistyped word was meant to be. */
final class Spelling {
  private static final int SHORT = 8;

  private Spelling() {}

  /**
   * The known word that is the fewest slips away, the first one of several; null if none is near:
   * at most two slips, or one in a word of less than eight characters. A slip is a character too
   * much, too little or wrong, or two neighbours swapped; upper and lower case count as the same.
   */
  static @Nullable String nearest(String word, Collection<String> known) {
    String wanted = word.toLowerCase(Locale.ROOT);
    String nearest = null;
    int best = (wanted.length() < SHORT ? 1 : 2) + 1;
    for (String one : known) {
      String candidate = one.toLowerCase(Locale.ROOT);
      boolean tooFar = Math.abs(candidate.length() - wanted.length()) >= best;
      int slips = tooFar ? best : slips(wanted, candidate);
      if (slips < best) {
        best = slips;
        nearest = one;
      }
    }
    return nearest;
  }

  /** The optimal string alignment distance: of the table, only the last three rows are kept. */
  static int slips(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    Arrays.setAll(last, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
        if (swapped(a, i, b, j)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      int[] oldest = beforeLast;
      beforeLast = last;
      last = row;
      row = oldest;
    }
    return last[b.length()];
  }

  private static boolean swapped(String a, int i, String b, int j) {
    return i > 1
        && j > 1
        && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1);
  }
}
