package org.thingward.platform;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What a class says in the log from now on, until closed. */
public final class Said implements AutoCloseable {
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();
  private final Logger logger;

  public Said(Class<?> by) {
    logger = (Logger) LoggerFactory.getLogger(by);
    events.start();
    logger.addAppender(events);
  }

  /** The warnings, each as a person reads it. */
  public List<String> warnings() {
    return List.copyOf(events.list).stream()
        .filter(event -> event.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Override
  public void close() {
    logger.detachAppender(events);
  }
}
