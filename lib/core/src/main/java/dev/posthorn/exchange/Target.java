package dev.posthorn.exchange;

import dev.posthorn.contract.DeliveryContract;
import dev.posthorn.store.StoredWebhook;
import java.net.URI;

/**
 * A webhook that this application can send to.
 *
 * @param stored the webhook and its keys
 * @param url its URL, parsed
 * @param contract its contract
 */
public record Target(StoredWebhook stored, URI url, DeliveryContract contract) {

  /** Everything but the URL's query, which may hold secrets. */
  @Override
  public String toString() {
    return "Target[" + stored.webhook() + ", " + contract + "]";
  }
}
