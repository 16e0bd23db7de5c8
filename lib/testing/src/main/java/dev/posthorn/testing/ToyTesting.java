package dev.posthorn.testing;

import dev.posthorn.http.ToyHttp;
import java.io.IOException;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Proves that the module builds. */
public final class ToyTesting implements AfterAllCallback {
  private final MockWebServer server = new MockWebServer();

  /** Starts the server and says what it expects and where. */
  public String start() throws IOException {
    server.start();
    return ToyHttp.subtype() + " at " + server.getPort();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    server.close();
  }
}
