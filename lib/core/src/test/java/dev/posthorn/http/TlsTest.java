package dev.posthorn.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.delivery.WebhookSender.Exchange;
import dev.posthorn.webhook.EndpointPolicy;
import java.io.IOException;
import javax.net.ssl.SSLContext;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TlsTest {
  private final HeldCertificate certificate =
      new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();
  private final HandshakeCertificates receivers =
      new HandshakeCertificates.Builder().heldCertificate(certificate).build();
  private final SSLContext trusting =
      new HandshakeCertificates.Builder()
          .addTrustedCertificate(certificate.certificate())
          .build()
          .sslContext();

  @Test
  void aCertificateThatNobodyVouchesForIsATlsFailure() throws IOException {
    try (RawReceiver receiver = secured(RawReceiver.OK);
        Sending sending = Sending.to(receiver.port())) {
      assertEquals(
          FailureDetail.TLS,
          sending.post("https://localhost:" + receiver.port(), Sending.AMPLE).failure());
      assertEquals(0, receiver.requests().size());
    }
  }

  @Test
  void theContextDecidesWhomToTrust() throws IOException {
    try (RawReceiver receiver = secured(RawReceiver.OK);
        Sending sending = trusting(receiver.port())) {
      for (int i = 0; i < 3; i++) {
        assertEquals(
            200, sending.post("https://localhost:" + receiver.port(), Sending.AMPLE).status());
      }
      assertEquals(1, receiver.connections());
    }
  }

  @Test
  void aCertificateForAnotherNameIsATlsFailure() throws IOException {
    try (RawReceiver receiver = secured(RawReceiver.OK);
        Sending sending = trusting(receiver.port())) {
      assertEquals(
          FailureDetail.TLS,
          sending.post("https://127.0.0.1:" + receiver.port(), Sending.AMPLE).failure());
      assertEquals(0, receiver.requests().size());
    }
  }

  @Test
  void aReceiverThatDoesNotSpeakTlsIsATlsFailure() throws IOException {
    try (RawReceiver plain = new RawReceiver(wire -> wire.write("HTTP/1.1 400 X\r\n\r\n"));
        Sending sending = Sending.to(plain.port())) {
      assertEquals(
          FailureDetail.TLS,
          sending.post("https://localhost:" + plain.port(), Sending.AMPLE).failure());
    }
  }

  @Test
  void aResetInsteadOfAHandshakeIsOneOrTheOtherByHowEarlyItIsSeen() throws IOException {
    try (RawReceiver gone = new RawReceiver(RawReceiver.Wire::reset);
        Sending sending = Sending.to(gone.port())) {
      FailureDetail detail =
          sending.post("https://localhost:" + gone.port(), Sending.AMPLE).failure();
      assertTrue(detail == FailureDetail.TLS || detail == FailureDetail.RESET, () -> "" + detail);
    }
  }

  @Test
  void noPostIsLostToAServerThatClosesIdleTlsConnections() throws IOException {
    try (RawReceiver receiver =
            new RawReceiver(
                receivers.sslContext().getServerSocketFactory(),
                wire -> {
                  wire.readRequest();
                  wire.write(RawReceiver.OK);
                });
        Sending sending = trusting(receiver.port())) {
      int resent = 0;
      for (int i = 0; i < 10; i++) {
        Exchange exchange = sending.post("https://localhost:" + receiver.port(), Sending.AMPLE);
        assertEquals(200, exchange.status());
        resent += exchange.resent() ? 1 : 0;
      }
      assertEquals(10, receiver.requests().size());
      assertTrue(resent > 0);
    }
  }

  @Test
  void oneByteOfResponseForbidsASecondSendWithTlsToo() throws IOException {
    try (RawReceiver receiver =
            new RawReceiver(
                receivers.sslContext().getServerSocketFactory(),
                wire -> {
                  wire.readRequest();
                  wire.write(RawReceiver.OK);
                  wire.readRequest();
                  wire.write("H");
                });
        Sending sending = trusting(receiver.port())) {
      String url = "https://localhost:" + receiver.port();
      assertEquals(200, sending.post(url, Sending.AMPLE).status());
      Exchange second = sending.post(url, Sending.AMPLE);
      assertEquals(FailureDetail.RESET, second.failure());
      assertFalse(second.resent());
      assertEquals(2, receiver.requests().size());
    }
  }

  @Test
  void aServerThatOffersHttp2GetsHttp11() throws IOException, InterruptedException {
    try (MockWebServer server = new MockWebServer()) {
      server.useHttps(receivers.sslSocketFactory());
      server.enqueue(new MockResponse.Builder().code(204).build());
      server.start();
      try (Sending sending = trusting(server.getPort())) {
        assertEquals(
            204,
            sending.post("https://localhost:" + server.getPort() + "/a", Sending.AMPLE).status());
        assertEquals("POST /a HTTP/1.1", server.takeRequest().getRequestLine());
      }
    }
  }

  private RawReceiver secured(String answer) throws IOException {
    return new RawReceiver(
        receivers.sslContext().getServerSocketFactory(),
        wire -> {
          while (wire.readRequest()) {
            wire.write(answer);
          }
        });
  }

  private Sending trusting(int port) {
    return Sending.with(
        OkHttpSender.builder(
                EndpointPolicy.standard().allow("localhost:" + port).allow("127.0.0.1:" + port))
            .sslContext(trusting));
  }
}
