package dev.posthorn.receiver;

import dev.posthorn.contract.AllowedRate;
import dev.posthorn.contract.RequestOrigin;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A sender's question whether it may send events here. Nothing in it is proven.
 *
 * @param origin who says to ask
 * @param rate how many requests a minute it would like to make; null if it named none
 * @param callback where it can be allowed later, by GET or POST, perhaps with the header {@code
 *     WebHook-Allowed-Rate}; null if it named none. An absolute https URL with a host, without
 *     userinfo and fragment, at most 2,048 characters. It is a stranger's: Posthorn never calls it,
 *     and who does must keep it away from hosts that only the inside may reach. It may hold a key
 */
public record PermissionRequest(
    RequestOrigin origin, @Nullable AllowedRate rate, @Nullable URI callback) {

  /** Without the callback, which may hold a key. */
  @Override
  public String toString() {
    return "PermissionRequest["
        + origin
        + ", rate "
        + (rate == null ? "not named" : rate.header())
        + (callback == null ? "" : ", with a callback")
        + "]";
  }
}
