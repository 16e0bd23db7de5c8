package dev.posthorn.http;

import dev.posthorn.wire.ToyWire;
import okhttp3.MediaType;

/** Proves that the module builds. */
public final class ToyHttp {
  private ToyHttp() {}

  /** The subtype of what a toy sends. */
  public static String subtype() {
    return MediaType.get(ToyWire.mediaType()).subtype();
  }
}
