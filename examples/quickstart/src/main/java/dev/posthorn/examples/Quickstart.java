package dev.posthorn.examples;

import dev.posthorn.delivery.Tenant;

/** Shows Posthorn at work. */
public final class Quickstart {
  private Quickstart() {}

  /** Runs the story. */
  public static void main(String[] args) {
    System.out.println(Tenant.DEFAULT);
  }
}
