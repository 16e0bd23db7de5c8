package dev.posthorn.benchmarks;

import dev.posthorn.delivery.Delivery;
import dev.posthorn.delivery.Page;
import dev.posthorn.delivery.Tenant;
import dev.posthorn.delivery.WebhookId;
import dev.posthorn.store.DeliveryHistory;
import dev.posthorn.store.DeliveryQuery;
import java.util.Arrays;
import java.util.List;

/**
 * What the log's questions cost.
 *
 * @param blocked the lane with half of the backlog, of which nothing was sent
 */
record PostgresLog(DeliveryHistory history, WebhookId blocked) {
  private static final int TIMES = 101;
  private static final Page.Request FIRST = Page.first(50);

  /** The median times of a page, the next, a lane, what failed, one delivery, and the report. */
  String times() {
    DeliveryQuery all = DeliveryQuery.of(Tenant.DEFAULT, blocked);
    Page<Delivery> first = history.list(all, FIRST);
    List<Delivery> items = first.items();
    if (items.size() != 50) {
      throw new IllegalStateException("the log has too little to be measured");
    }
    Page.Request second = new Page.Request(first.next().orElseThrow(), 50);
    DeliveryQuery one = DeliveryQuery.of(Tenant.DEFAULT, items.get(0).id());
    return "log: page %.2f ms, next %.2f ms, lane %.2f ms, failed %.2f ms, one %.2f ms, report %.2f ms"
        .formatted(
            millis(() -> history.list(all, FIRST)),
            millis(() -> history.list(all, second)),
            millis(() -> history.lane(blocked)),
            millis(() -> history.failed(Tenant.DEFAULT, FIRST)),
            millis(() -> history.list(one, FIRST)),
            millis(() -> history.report(100)));
  }

  private static double millis(Runnable question) {
    double[] millis = new double[TIMES];
    for (int i = 0; i < TIMES; i++) {
      long start = System.nanoTime();
      question.run();
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(millis);
    return millis[TIMES / 2];
  }
}
