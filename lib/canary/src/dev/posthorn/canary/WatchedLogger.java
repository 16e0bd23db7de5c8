package dev.posthorn.canary;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** Looks at each line, whatever levels the other log has on. */
final class WatchedLogger extends LegacyAbstractLogger {
  private static final long serialVersionUID = 1L;

  private final transient Logger own;

  WatchedLogger(String name, Logger own) {
    this.name = name;
    this.own = own;
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String pattern,
      @Nullable Object @Nullable [] arguments,
      @Nullable Throwable failure) {
    String text = MessageFormatter.basicArrayFormat(pattern, arguments);
    Watch.look("the log " + name + " at " + level, String.valueOf(text), failure);
    pass(level, pattern, withFailure(arguments, failure));
  }

  private void pass(Level level, String pattern, @Nullable Object[] arguments) {
    switch (level) {
      case ERROR -> own.error(pattern, arguments);
      case WARN -> own.warn(pattern, arguments);
      case INFO -> own.info(pattern, arguments);
      case DEBUG -> own.debug(pattern, arguments);
      case TRACE -> own.trace(pattern, arguments);
    }
  }

  private static @Nullable Object[] withFailure(
      @Nullable Object @Nullable [] arguments, @Nullable Throwable failure) {
    @Nullable Object[] given = arguments == null ? new Object[0] : arguments;
    if (failure == null) {
      return given;
    }
    @Nullable Object[] all = Arrays.copyOf(given, given.length + 1);
    all[given.length] = failure;
    return all;
  }

  @Override
  protected String getFullyQualifiedCallerName() {
    return WatchedLogger.class.getName();
  }

  @Override
  public boolean isTraceEnabled() {
    return true;
  }

  @Override
  public boolean isDebugEnabled() {
    return true;
  }

  @Override
  public boolean isInfoEnabled() {
    return true;
  }

  @Override
  public boolean isWarnEnabled() {
    return true;
  }

  @Override
  public boolean isErrorEnabled() {
    return true;
  }
}
