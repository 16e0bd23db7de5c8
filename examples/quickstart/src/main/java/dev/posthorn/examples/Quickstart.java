package dev.posthorn.examples;

import dev.posthorn.http.ToyHttp;

/** Proves that an example runs. */
public final class Quickstart {
  private Quickstart() {}

  /** Prints the subtype and the arguments. */
  public static void main(String[] args) {
    System.out.println(ToyHttp.subtype() + " " + String.join(",", args));
  }
}
