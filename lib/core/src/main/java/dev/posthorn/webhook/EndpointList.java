package dev.posthorn.webhook;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** An operator's list of exact targets and of address ranges. Immutable. */
record EndpointList(Set<HostPort> targets, List<AddressRange> ranges) {

  static EndpointList empty() {
    return new EndpointList(Set.of(), List.of());
  }

  /**
   * The same and one more entry: CIDR if it has a slash, else {@code host:port}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  EndpointList and(String entry) {
    if (entry.indexOf('/') >= 0) {
      List<AddressRange> more = new ArrayList<>(ranges);
      more.add(AddressRange.of(entry));
      return new EndpointList(targets, List.copyOf(more));
    }
    Set<HostPort> more = new LinkedHashSet<>(targets);
    more.add(HostPort.of(entry));
    return new EndpointList(Collections.unmodifiableSet(more), ranges);
  }

  boolean names(String host, int port) {
    return !targets.isEmpty() && targets.contains(new HostPort(host, port));
  }

  boolean covers(AddressBits address) {
    return PublicAddresses.within(ranges, address);
  }

  /** Both kinds, as they were written. */
  @Override
  public String toString() {
    List<String> all = new ArrayList<>();
    targets.forEach(target -> all.add(target.toString()));
    ranges.forEach(range -> all.add(range.toString()));
    return all.toString();
  }
}
