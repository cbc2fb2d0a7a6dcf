package dev.guestbridge.scenario;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Layout;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationFactory;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** All that is logged with the shipped log configuration while it listens; of the simulator and of the tests nothing. */
final class LogListener extends AbstractAppender implements AutoCloseable {

    private static final List<String> OTHERS = List.of("dev.guestbridge.simulator", "dev.guestbridge.scenario");

    /**
     * What was logged once.
     *
     * @param logger who, at which level
     * @param told the message and its stack trace, before the layout
     * @param written what the layout made of it
     * @param thread by whom
     */
    record Line(String logger, String told, String written, String thread) {}

    private final List<Line> lines = Collections.synchronizedList(new ArrayList<>());
    private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
    private final Configuration before = context.getConfiguration();
    private final Layout<?> layout;

    private LogListener(String format, Level level, boolean capped) {
        super("listening", null, null, true, Property.EMPTY_ARRAY);
        System.setProperty("log.level", level.name());
        Configuration shipped = ConfigurationFactory.getInstance()
                .getConfiguration(context, format, Path.of("config/log4j2.xml").toUri());
        shipped.initialize();
        layout = shipped.getAppender(format).getLayout();
        if (!capped) {
            Set.copyOf(shipped.getLoggers().keySet()).stream()
                    .filter(name -> !name.isEmpty() && !name.endsWith("audit"))
                    .forEach(shipped::removeLogger);
        }
        LoggerConfig root = shipped.getRootLogger();
        Set.copyOf(root.getAppenders().keySet()).forEach(root::removeAppender); // this much is not for a console
        start();
        root.addAppender(this, Level.ALL, null);
        context.reconfigure(shipped);
    }

    /**
     * As it is without a change.
     *
     * @param format text or json
     */
    static LogListener shipped(String format) {
        return new LogListener(format, Level.INFO, true);
    }

    /** With {@code log.level} at its finest. */
    static LogListener finest(String format) {
        return new LogListener(format, Level.TRACE, true);
    }

    /** With every logger at TRACE, as an operator may set it. */
    static LogListener uncapped(String format) {
        return new LogListener(format, Level.TRACE, false);
    }

    @Override
    public void append(LogEvent event) {
        if (OTHERS.stream().noneMatch(event.getLoggerName()::startsWith)) {
            String thrown = event.getThrown() == null ? "" : stackOf(event.getThrown());
            lines.add(new Line(
                    event.getLoggerName() + " " + event.getLevel(),
                    event.getMessage().getFormattedMessage() + thrown,
                    new String(layout.toByteArray(event), StandardCharsets.UTF_8),
                    event.getThreadName()));
        }
    }

    private static String stackOf(Throwable thrown) {
        StringWriter stack = new StringWriter();
        thrown.printStackTrace(new PrintWriter(stack));
        return " " + stack;
    }

    List<Line> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** All that the layout wrote. */
    String written() {
        return lines().stream().map(Line::written).collect(Collectors.joining());
    }

    @Override
    public void close() {
        System.clearProperty("log.level");
        context.reconfigure(before);
        stop();
    }
}
