package dev.posthorn.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.delivery.WebhookSender.Exchange;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ResendTest {
  @Test
  void noPostIsLostToAServerThatClosesIdleConnections() throws IOException {
    try (RawReceiver receiver =
            new RawReceiver(
                wire -> {
                  wire.readRequest();
                  wire.write(RawReceiver.OK); // promises to stay, and goes
                });
        Sending sending = Sending.to(receiver.port())) {
      int resent = 0;
      for (int i = 0; i < 20; i++) {
        Exchange exchange = sending.post(receiver.port());
        assertEquals(200, exchange.status());
        resent += exchange.resent() ? 1 : 0;
      }
      assertEquals(20, receiver.requests().size(), "each was taken once");
      assertTrue(resent > 0, "some kept connection was dead");
    }
  }

  @Test
  void noPostIsLostToAServerThatResetsIdleConnections() throws IOException {
    try (RawReceiver receiver =
            new RawReceiver(
                wire -> {
                  wire.readRequest();
                  wire.write(RawReceiver.OK);
                  wire.readRequest();
                  wire.reset();
                });
        Sending sending = Sending.to(receiver.port())) {
      assertFalse(sending.post(receiver.port()).resent());
      Exchange second = sending.post(receiver.port());
      assertEquals(200, second.status());
      assertTrue(second.resent());
      assertEquals(2, receiver.connections());
    }
  }

  @Test
  void aHeadRequestIsSentAgainByTheSameRule() throws IOException {
    try (RawReceiver receiver =
            new RawReceiver(
                wire -> {
                  wire.readRequest();
                  wire.write(RawReceiver.OK);
                  wire.readRequest();
                });
        Sending sending = Sending.to(receiver.port())) {
      String url = "http://127.0.0.1:" + receiver.port() + "/";
      assertFalse(sending.send("HEAD", url, Map.of(), "", Sending.AMPLE).resent());
      Exchange second = sending.send("HEAD", url, Map.of(), "", Sending.AMPLE);
      assertEquals(200, second.status());
      assertTrue(second.resent());
      assertEquals(3, receiver.requests().size());
    }
  }

  @Test
  void oneByteOfResponseForbidsIt() throws IOException {
    for (String begun : new String[] {"H", "HTTP/1.1 200 OK\r\nX: y"}) {
      for (boolean reset : new boolean[] {true, false}) {
        try (RawReceiver receiver =
                new RawReceiver(
                    wire -> {
                      wire.readRequest();
                      wire.write(RawReceiver.OK);
                      wire.readRequest();
                      wire.write(begun);
                      if (!reset) {
                        return;
                      }
                      wire.hang(); // until the deadline
                    });
            Sending sending = Sending.to(receiver.port())) {
          sending.post(receiver.port());
          Exchange second = sending.post(receiver.port(), Sending.SHORT);
          assertEquals(reset ? FailureDetail.READ_TIMEOUT : FailureDetail.RESET, second.failure());
          assertFalse(second.resent());
          assertEquals(2, receiver.requests().size());
        }
      }
    }
  }

  @Test
  void aKeptConnectionThatHangsIsNotADeadOne() throws IOException {
    try (RawReceiver receiver =
            new RawReceiver(
                wire -> {
                  wire.readRequest();
                  wire.write(RawReceiver.OK);
                  wire.readRequest();
                  wire.hang();
                });
        Sending sending = Sending.to(receiver.port())) {
      sending.post(receiver.port());
      Exchange second = sending.post(receiver.port(), Sending.SHORT);
      assertEquals(FailureDetail.READ_TIMEOUT, second.failure());
      assertFalse(second.resent());
      assertEquals(2, receiver.requests().size());
      assertEquals(1, receiver.connections());
    }
  }

  @Test
  void aSecondSendThatFailsIsTheLast() throws IOException {
    try (RawReceiver receiver =
            new RawReceiver(
                wire -> {
                  if (wire.number() > 1) {
                    wire.readRequest();
                    return;
                  }
                  wire.readRequest();
                  wire.write(RawReceiver.OK);
                  wire.readRequest();
                });
        Sending sending = Sending.to(receiver.port())) {
      sending.post(receiver.port());
      Exchange second = sending.post(receiver.port());
      assertEquals(FailureDetail.RESET, second.failure());
      assertTrue(second.resent());
      assertEquals(3, receiver.requests().size());
    }
  }

  @Test
  void aNewConnectionThatDiesIsNotTriedAgain() throws IOException {
    try (RawReceiver receiver = new RawReceiver(RawReceiver.Wire::readRequest);
        Sending sending = Sending.to(receiver.port())) {
      for (int i = 1; i <= 5; i++) {
        Exchange exchange = sending.post(receiver.port());
        assertEquals(FailureDetail.RESET, exchange.failure());
        assertFalse(exchange.resent());
        assertEquals(i, receiver.requests().size());
      }
    }
  }
}
