package dev.posthorn.canary;

import java.util.ServiceLoader;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.NOP_FallbackServiceProvider;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Every log line on every level is looked at, and passed on to the logs that the module's own tests
 * keep. Named by the system property {@code slf4j.provider}, so that it stands before those.
 */
public final class WatchedLogs implements SLF4JServiceProvider {
  private final SLF4JServiceProvider own =
      ServiceLoader.load(SLF4JServiceProvider.class)
          .findFirst()
          .orElseGet(NOP_FallbackServiceProvider::new);

  @Override
  public ILoggerFactory getLoggerFactory() {
    return name -> new WatchedLogger(name, own.getLoggerFactory().getLogger(name));
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return own.getMarkerFactory();
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return own.getMDCAdapter();
  }

  @Override
  public String getRequestedApiVersion() {
    return "2.0.99";
  }

  @Override
  public void initialize() {
    own.initialize();
  }
}
