package dev.posthorn.testing;

import dev.posthorn.contract.FailureDetail;
import dev.posthorn.delivery.WebhookSender;
import java.io.IOException;
import java.time.Duration;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.RequestBody;
import okhttp3.Response;

/** What one writes first: an HTTP client with its defaults. It breaks many promises. */
final class NaiveSender implements WebhookSender {
  private final OkHttpClient client = new OkHttpClient();

  @Override
  public Exchange send(Request request) {
    long start = System.nanoTime();
    RequestBody body = request.method().equals("POST") ? RequestBody.create(request.body()) : null;
    okhttp3.Request message =
        new okhttp3.Request.Builder()
            .url(request.url().toString())
            .headers(Headers.of(request.headers()))
            .method(request.method(), body)
            .build();
    OkHttpClient limited = client.newBuilder().callTimeout(request.deadline()).build();
    try (Response response = limited.newCall(message).execute()) {
      String text = response.body().string();
      return Exchange.answered(
          response.code(), response.header("Retry-After"), text, since(start), false);
    } catch (IOException e) {
      return Exchange.failed(FailureDetail.RESET, since(start), false);
    }
  }

  @Override
  public void close() {}

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
