package dev.posthorn.testing;

import dev.posthorn.delivery.WebhookSender;
import dev.posthorn.http.OkHttpSender;
import dev.posthorn.webhook.EndpointPolicy;

class OkHttpSenderCompatibilityTest extends WebhookSenderCompatibilityTest {
  @Override
  protected WebhookSender open(String hostAndPort) {
    return OkHttpSender.builder(EndpointPolicy.standard().allow(hostAndPort)).build();
  }
}
