package dev.posthorn.wire;

/** Proves that the module builds. */
public final class ToyWire {
  private ToyWire() {}

  /** The media type of a toy. */
  public static String mediaType() {
    return "application/json";
  }
}
