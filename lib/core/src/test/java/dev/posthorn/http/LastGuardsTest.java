package dev.posthorn.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.webhook.EndpointPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import javax.net.SocketFactory;
import okhttp3.Call;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds where the guards before it have been passed, and between two senders. */
@Timeout(60)
class LastGuardsTest {
  private static final Dns LOOPBACK =
      new Dns() {
        @Override
        public List<InetAddress> lookup(String host) {
          return List.of(InetAddress.getLoopbackAddress());
        }
      };

  private final Guard guard = new Guard(EndpointPolicy.standard().allowHttp());

  @Test
  void theRouteOfTheConnectionIsJudgedThoughNamesAndSocketsWereNot() throws IOException {
    try (RawReceiver bait = RawReceiver.answering(RawReceiver.OK);
        Clients clients = new Clients(guard, LOOPBACK, SocketFactory.getDefault(), 4, null, null)) {
      for (OkHttpClient client : List.of(clients.keeping(), clients.fresh())) {
        Trace trace = trace(bait);
        guard.enter(trace);
        Call call = call(client, bait);
        UnknownHostException refused = assertThrows(UnknownHostException.class, call::execute);
        guard.leave();
        assertEquals("refused by policy", refused.getMessage());
        assertTrue(trace.refused());
        assertEquals(FailureDetail.POLICY, Failures.detail(refused, trace));
        assertFalse(Failures.wasDead(refused, trace), "nor is it tried once more");
      }
      assertEquals(List.of(), bait.requests());
    }
  }

  @Test
  void theSocketJudgesThoughNamesWereNotJudged() throws IOException {
    try (RawReceiver bait = RawReceiver.answering(RawReceiver.OK);
        Clients clients =
            new Clients(
                guard, LOOPBACK, new GuardedSockets(guard, GuardedSocket::dial), 4, null, null)) {
      Trace trace = trace(bait);
      guard.enter(trace);
      Call call = call(clients.keeping(), bait);
      assertThrows(UnknownHostException.class, call::execute);
      guard.leave();
      assertTrue(trace.refused());
      assertEquals(0, bait.connections());
    }
  }

  @Test
  void aCallOutsideOfAnExchangeSendsNothing() throws IOException {
    try (RawReceiver bait = RawReceiver.answering(RawReceiver.OK);
        Clients clients = new Clients(guard, LOOPBACK, SocketFactory.getDefault(), 4, null, null)) {
      Call call = call(clients.keeping(), bait);
      assertThrows(IOException.class, call::execute);
      assertEquals(List.of(), bait.requests());
    }
  }

  @Test
  void noSenderRidesOnAnothersConnections() throws IOException {
    try (RawReceiver receiver = RawReceiver.answering(RawReceiver.OK);
        Sending one = Sending.to(receiver.port());
        Sending other = Sending.to(receiver.port());
        Sending stricter = Sending.with(OkHttpSender.builder(EndpointPolicy.standard()))) {
      assertEquals(200, one.post(receiver.port()).status());
      assertEquals(200, one.post(receiver.port()).status());
      assertEquals(1, receiver.connections(), "kept");
      assertEquals(200, other.post(receiver.port()).status());
      assertEquals(2, receiver.connections(), "its own");
      assertEquals(FailureDetail.POLICY, stricter.post(receiver.port()).failure());
      assertEquals(3, receiver.requests().size());
    }
  }

  @Test
  void theHostsOwnClientsShareNothingWithASender() throws IOException {
    try (RawReceiver receiver = RawReceiver.answering(RawReceiver.OK);
        Clients clients = new Clients(guard, LOOPBACK, SocketFactory.getDefault(), 4, null, null);
        Sending sending = Sending.to(receiver.port())) {
      OkHttpClient hosts = new OkHttpClient();
      for (OkHttpClient client : List.of(clients.keeping(), clients.fresh())) {
        assertNotSame(hosts.connectionPool(), client.connectionPool());
        assertEquals(0, client.interceptors().size());
        assertEquals(1, client.networkInterceptors().size());
      }
      call(hosts, receiver).execute().close();
      assertEquals(200, sending.post(receiver.port()).status());
      assertEquals(2, receiver.connections());
      hosts.connectionPool().evictAll();
    }
  }

  private static Trace trace(RawReceiver bait) {
    return new Trace("hooks.example.com", bait.port(), System.nanoTime() + Sending.AMPLE.toNanos());
  }

  private static Call call(OkHttpClient client, RawReceiver bait) {
    HttpUrl url =
        new HttpUrl.Builder().scheme("http").host("hooks.example.com").port(bait.port()).build();
    OkHttpClient named =
        client.dns() == Dns.SYSTEM ? client.newBuilder().dns(LOOPBACK).build() : client;
    return named.newCall(
        new Request.Builder().url(url).post(new OneShotBody(new byte[] {'x'})).build());
  }
}
