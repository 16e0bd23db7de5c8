package dev.posthorn.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.delivery.WebhookSender.Exchange;
import dev.posthorn.delivery.WebhookSender.Request;
import dev.posthorn.webhook.EndpointPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that name who they are, and whom they trust. */
@Timeout(60)
class TlsIdentitiesTest {
  private static final Set<String> REFUSED = Set.of("TLS", "RESET");

  private final HeldCertificate authority =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private final HeldCertificate server =
      new HeldCertificate.Builder()
          .signedBy(authority)
          .addSubjectAlternativeName("localhost")
          .build();
  private final HandshakeCertificates receivers =
      new HandshakeCertificates.Builder()
          .heldCertificate(server)
          .addTrustedCertificate(authority.certificate())
          .build();

  /** Trusts the authority, and presents what it signed. */
  private final SSLContext bank = identity(authority);

  /** Trusts it too, and presents another's certificate. */
  private final SSLContext stranger =
      identity(new HeldCertificate.Builder().certificateAuthority(0).build());

  /** Trusts it too, and presents nothing. */
  private final SSLContext trusting =
      new HandshakeCertificates.Builder()
          .addTrustedCertificate(authority.certificate())
          .build()
          .sslContext();

  private SSLContext identity(HeldCertificate signer) {
    HeldCertificate client =
        new HeldCertificate.Builder().signedBy(signer).commonName("sender").build();
    return new HandshakeCertificates.Builder()
        .heldCertificate(client)
        .addTrustedCertificate(authority.certificate())
        .build()
        .sslContext();
  }

  private OkHttpSender.Builder builder(RawReceiver receiver) {
    return OkHttpSender.builder(
        EndpointPolicy.standard()
            .allow("localhost:" + receiver.port())
            .allow("127.0.0.1:" + receiver.port()));
  }

  private static Exchange post(OkHttpSender sender, RawReceiver to, @Nullable String identity) {
    return post(sender, "localhost", to, identity);
  }

  private static Exchange post(
      OkHttpSender sender, String host, RawReceiver to, @Nullable String identity) {
    URI url = URI.create("https://" + host + ":" + to.port() + "/hook");
    return sender.send(
        new Request("POST", url, Map.of(), new byte[] {'x'}, Sending.AMPLE, identity));
  }

  private RawReceiver receiver(boolean demandsCertificates) throws IOException {
    return new RawReceiver(
        new Demanding(receivers.sslContext().getServerSocketFactory(), demandsCertificates),
        wire -> {
          while (wire.readRequest()) {
            wire.write(RawReceiver.OK);
          }
        });
  }

  @Test
  void aReceiverThatDemandsACertificateGetsThatOfTheIdentity() throws IOException {
    try (RawReceiver receiver = receiver(true);
        OkHttpSender sender =
            builder(receiver)
                .sslContext(trusting)
                .sslContext("bank", bank)
                .sslContext("stranger", stranger)
                .build()) {
      assertEquals(Set.of("bank", "stranger"), sender.identities());
      assertEquals(200, post(sender, receiver, "bank").status());
      for (String other : Arrays.asList(null, "stranger")) {
        FailureDetail detail = post(sender, receiver, other).failure();
        // TLS 1.3 refuses after the handshake: the reset may overtake the reason
        assertTrue(REFUSED.contains(String.valueOf(detail)), () -> other + ": " + detail);
      }
      assertEquals(1, receiver.requests().size());
    }
  }

  @Test
  void anAuthorityOfOneIdentityIsTrustedByItAlone() throws IOException {
    try (RawReceiver receiver = receiver(false);
        OkHttpSender sender = builder(receiver).sslContext("partner", trusting).build()) {
      assertEquals(200, post(sender, receiver, "partner").status());
      assertEquals(FailureDetail.TLS, post(sender, receiver, null).failure());
      assertEquals(1, receiver.requests().size());
    }
  }

  @Test
  void identitiesNeverShareAConnection() throws IOException {
    try (RawReceiver receiver = receiver(false);
        OkHttpSender sender =
            builder(receiver)
                .sslContext(trusting)
                .sslContext("bank", bank)
                .sslContext("other", bank)
                .build()) {
      for (int i = 0; i < 3; i++) {
        assertEquals(200, post(sender, receiver, null).status());
        assertEquals(200, post(sender, receiver, "bank").status());
        assertEquals(200, post(sender, receiver, "other").status());
      }
      assertEquals(9, receiver.requests().size());
      assertEquals(3, receiver.connections());
    }
  }

  @Test
  void theHostsNameIsVerifiedForEveryIdentity() throws IOException {
    try (RawReceiver receiver = receiver(false);
        OkHttpSender sender = builder(receiver).sslContext("bank", bank).build()) {
      assertEquals(FailureDetail.TLS, post(sender, "127.0.0.1", receiver, "bank").failure());
      assertEquals(List.of(), receiver.requests());
    }
  }

  @Test
  void anIdentityThatIsNotThereIsRefused() throws IOException {
    try (RawReceiver receiver = receiver(false);
        OkHttpSender sender = builder(receiver).sslContext("bank", bank).build()) {
      assertEquals(
          "there is no TLS identity \"shop\", only [bank]",
          assertThrows(IllegalArgumentException.class, () -> post(sender, receiver, "shop"))
              .getMessage());
      assertEquals(0, receiver.connections());
    }
  }

  /** Server sockets that demand a client's certificate, where asked to. */
  private static final class Demanding extends ServerSocketFactory {
    private final ServerSocketFactory sockets;
    private final boolean demands;

    Demanding(ServerSocketFactory sockets, boolean demands) {
      this.sockets = sockets;
      this.demands = demands;
    }

    private ServerSocket demanding(ServerSocket socket) {
      ((SSLServerSocket) socket).setNeedClientAuth(demands);
      return socket;
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
      return demanding(sockets.createServerSocket(port));
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
      return demanding(sockets.createServerSocket(port, backlog));
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
        throws IOException {
      return demanding(sockets.createServerSocket(port, backlog, address));
    }
  }
}
