package dev.posthorn.testing.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.contract.RefusedException;
import dev.posthorn.contract.Secret;
import dev.posthorn.receiver.EventHandler;
import dev.posthorn.receiver.WebhookReceiver;
import dev.posthorn.testing.Answer;
import dev.posthorn.testing.Responder;
import dev.posthorn.testing.Seen;
import io.cloudevents.CloudEvent;
import java.io.ByteArrayInputStream;
import java.time.Clock;
import java.time.Duration;

/** The receiving end of a contract, which goes by the test's time. */
record OtherEnd(DeliveryContract contract, Clock clock) {

  /** A receiver that knows these keys. */
  WebhookReceiver knowing(Secret... keys) {
    return WebhookReceiver.of(contract, keys).clock(clock);
  }

  /** The event of a request, for whoever knows these keys. */
  CloudEvent reads(Seen seen, Secret... keys) {
    return knowing(keys).receive(seen.headers(), seen.body());
  }

  /** Sees that who knows only these keys answers 401. */
  void refuses(Seen seen, Secret... keys) {
    refuses(seen, clock, keys);
  }

  /**
   * Sees that a request which comes so much later, again or for the first time, is answered 401.
   */
  void refusesLater(Duration by, Seen seen, Secret... keys) {
    refuses(seen, Clock.offset(clock, by), keys);
  }

  private void refuses(Seen seen, Clock at, Secret... keys) {
    WebhookReceiver receiver = knowing(keys).clock(at);
    RefusedException refused =
        assertThrows(RefusedException.class, () -> receiver.receive(seen.headers(), seen.body()));
    assertEquals(401, refused.status());
  }

  /** Sees that a body with another byte in it is answered 401. */
  void refusesChanged(Seen seen, Secret... keys) {
    byte[] body = seen.body();
    body[body.length / 2] ^= 1;
    WebhookReceiver receiver = knowing(keys);
    RefusedException refused =
        assertThrows(RefusedException.class, () -> receiver.receive(seen.headers(), body));
    assertEquals(401, refused.status());
  }

  /** Answers on the socket whatever the receiver answers. */
  static Responder answering(WebhookReceiver receiver, EventHandler handler) {
    return seen -> {
      var reply =
          receiver.handle(
              seen.method(), seen.headers(), new ByteArrayInputStream(seen.body()), handler);
      Answer answer = Answer.status(reply.status());
      for (var header : reply.headers().entrySet()) {
        answer = answer.header(header.getKey(), header.getValue());
      }
      return answer;
    };
  }
}
