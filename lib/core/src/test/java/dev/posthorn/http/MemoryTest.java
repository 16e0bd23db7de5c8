package dev.posthorn.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.webhook.EndpointPolicy;
import java.io.IOException;
import java.net.URI;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

class MemoryTest {
  @Test
  void deadHostsAreForgottenSomeDay() {
    try (Lookups lookups = new Lookups(host -> Sending.addresses("93.184.216.34"))) {
      Guard guard = new Guard(EndpointPolicy.standard());
      Clients clients =
          new Clients(
              guard,
              new GuardedNames(guard, lookups),
              new GuardedSockets(guard, GuardedSocket::dial),
              1,
              null,
              null);
      OkHttpClient keeping = clients.keeping();
      OkHttpClient fresh = clients.fresh();
      for (int i = 1; i < Clients.MOST_FAILED_ROUTES; i++) {
        clients.failed();
      }
      assertSame(keeping, clients.keeping());
      clients.failed();
      assertNotSame(keeping, clients.keeping());
      assertNotSame(fresh, clients.fresh());
      assertNotSame(keeping.getRouteDatabase$okhttp(), clients.keeping().getRouteDatabase$okhttp());
      assertSame(keeping.connectionPool(), clients.keeping().connectionPool());
      assertSame(keeping.dispatcher(), clients.keeping().dispatcher());
      assertSame(keeping.certificatePinner(), clients.keeping().certificatePinner());
      clients.close();
    }
  }

  @Test
  void verdictsOnUrlsAreNotRememberedForEver() {
    AdmittedUrls urls = new AdmittedUrls(EndpointPolicy.standard());
    for (int i = 0; i < 5000; i++) {
      URI url = URI.create("https://hooks.example.com/" + i);
      assertEquals(url.toString(), String.valueOf(urls.admit(url)));
      assertEquals(url.toString(), String.valueOf(urls.admit(url)));
      assertNull(urls.admit(URI.create("https://10.0.0.1/" + i)));
      assertTrue(urls.size() <= 1024);
    }
  }

  @Test
  void keptConnectionsSurviveIt() throws IOException {
    try (RawReceiver healthy = RawReceiver.answering(RawReceiver.OK);
        RawReceiver dead = new RawReceiver(RawReceiver.Wire::reset);
        Sending sending = Sending.to(healthy.port(), dead.port())) {
      assertEquals(200, sending.post(healthy.port()).status());
      for (int i = 0; i < Clients.MOST_FAILED_ROUTES + 10; i++) {
        assertEquals(FailureDetail.RESET, sending.post(dead.port()).failure(), "number " + i);
      }
      assertEquals(200, sending.post(healthy.port()).status());
      assertEquals(1, healthy.connections());
      assertTrue(dead.connections() > Clients.MOST_FAILED_ROUTES);
    }
  }
}
