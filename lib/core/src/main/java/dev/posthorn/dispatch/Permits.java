package dev.posthorn.dispatch;

/**
 * How many exchanges may be under way: most permits are common, a quarter is kept for doubtful
 * lanes (new, slow or failing ones). Guarded by the lanes' lock.
 */
final class Permits {
  private final int total;
  private final int commonLimit;
  private final int asideLimit;
  private int common;
  private int aside;

  Permits(int total) {
    this.total = total;
    this.asideLimit = Math.max(1, total / 4);
    this.commonLimit = Math.max(1, total - total / 4);
  }

  int inUse() {
    return common + aside;
  }

  boolean free(boolean doubtful) {
    boolean room = doubtful ? aside < asideLimit : common < commonLimit;
    return room && inUse() < total;
  }

  /** True if there are too few permits for both kinds to have their own. */
  boolean shared() {
    return commonLimit + asideLimit > total;
  }

  /** How many more could be taken, were the other kind not in the way. */
  int left(boolean doubtful) {
    return doubtful ? asideLimit - aside : commonLimit - common;
  }

  int limit(boolean doubtful) {
    return doubtful ? asideLimit : commonLimit;
  }

  void take(boolean doubtful) {
    if (doubtful) {
      aside++;
    } else {
      common++;
    }
  }

  void give(boolean doubtful) {
    if (doubtful) {
      aside--;
    } else {
      common--;
    }
  }

  /** Moves a permit in use from the common ones to the doubtful ones; false if there is no room. */
  boolean moveAside() {
    if (aside >= asideLimit) {
      return false;
    }
    common--;
    aside++;
    return true;
  }
}
