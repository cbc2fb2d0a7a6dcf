package dev.guestbridge.cli;

import dev.guestbridge.Settings;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "load",
        description = "Puts guest messages on a channel's queue at a steady rate, and tells what became of them.",
        footer = {
            "",
            "Messages are sent when they are due, whatever became of those before, and times count from when they were"
                    + " due. Each id, guest and text begins with the run's name, load-…. Of the channel's statuses and"
                    + " replies only what belongs to the run is taken; dead letters stay on guest.dead.",
            "",
            "Broker and organisation are those of config/ and of this shell's variables, so set them as for the bridge."
                    + " Unless both are on this machine, and nobody else reads the channel's statuses and replies,"
                    + " --yes-really is needed: what is sent there costs quota and is shown to agents.",
            "",
            "Exit status: 0 all delivered, 1 some weren't, 2 it couldn't run. Ctrl-C ends it with the figures so far;"
                    + " what was sent stays on the bus, and the bridge delivers it."
        },
        mixinStandardHelpOptions = true)
final class LoadCommand implements Callable<Integer> {

    private static final int UNLIMITED_PER_MINUTE = 1_000_000;
    private static final int LEAST_BYTES = 40;
    private static final int MOST_BYTES = 1_000_000;
    private static final int MOST_MESSAGES = 20_000_000;
    private static final int MOST_GUESTS = 10_000_000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--rate",
            paramLabel = "<n>",
            defaultValue = "4",
            description = "Messages a second (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--duration",
            paramLabel = "<time>",
            defaultValue = "30s",
            converter = Span.class,
            description = "For how long messages are sent, such as 90s, 5m or 1h30m (default: ${DEFAULT-VALUE}).")
    private Duration duration;

    @Option(
            names = "--channel",
            paramLabel = "<name>",
            defaultValue = "loadtest",
            description = "The channel whose queue they go to (default: ${DEFAULT-VALUE}).")
    private String channel;

    @Option(
            names = "--guests",
            paramLabel = "<n>",
            defaultValue = "10",
            description = "How many guests write; each message is from one by chance (default: ${DEFAULT-VALUE}).")
    private int guests;

    @Option(
            names = "--size",
            paramLabel = "<bytes>",
            defaultValue = "120",
            converter = Bytes.class,
            description =
                    "Bytes of each text in UTF-8: one number, or a range such as 40-2000 (default: ${DEFAULT-VALUE}).")
    private LoadPlan.Size size;

    @Option(
            names = "--conversation",
            paramLabel = "<id>",
            description = "The conversation that messages name (default: none; in the dialect conversation-messages one"
                    + " made up for each guest, which the simulator takes and Genesys doesn't).")
    private String conversation;

    @Option(
            names = "--seed",
            paramLabel = "<n>",
            defaultValue = "1",
            description = "The same seed makes the same guests and texts (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--grace",
            paramLabel = "<time>",
            defaultValue = "30s",
            converter = Span.class,
            description = "How long to wait, after the last one is sent, for what became of the rest (default:"
                    + " ${DEFAULT-VALUE}).")
    private Duration grace;

    @Option(
            names = "--simulate",
            description = "Start broker, simulator and bridge in this process too, without a budget of requests, and"
                    + " load these.")
    private boolean simulate;

    @Option(names = "--yes-really", description = "Load what isn't on this machine, or what others read too.")
    private boolean yesReally;

    @Option(names = "--json", description = "Print the figures as one JSON object.")
    private boolean json;

    /** A number, or two with a dash between. */
    static final class Bytes implements ITypeConverter<LoadPlan.Size> {
        private static final Pattern FORM = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");

        @Override
        public LoadPlan.Size convert(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw new TypeConversionException(
                        "'" + text + "' is not a number of bytes, or a range such as 40-2000");
            }
            int least = Integer.parseInt(form.group(1));
            return new LoadPlan.Size(least, form.group(2) == null ? least : Integer.parseInt(form.group(2)));
        }
    }

    @Override
    public Integer call() throws Exception {
        demandUsage();
        CountDownLatch stop = new CountDownLatch(1);
        return Stop.early(stop, () -> load(stop));
    }

    private int load(CountDownLatch stop) throws Exception {
        Terminal terminal = new Terminal(spec);
        Settings settings = terminal.settings();
        Channel loaded = new Bus(settings).channel(channel);
        if (!simulate) {
            return load(settings, loaded, stop, terminal);
        }
        terminal.tell("starting broker, store, simulator and bridge …");
        Channels channels = Channels.read(settings.home().resolve("routes/channels"));
        try (Embedded embedded = Embedded.start(settings, channels, UNLIMITED_PER_MINUTE)) {
            return load(embedded.settings(), loaded, stop, terminal);
        }
    }

    private int load(Settings settings, Channel loaded, CountDownLatch stop, Terminal terminal) throws Exception {
        LoadPlan plan = new LoadPlan(
                "load-" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX),
                loaded,
                conversation,
                rate,
                duration,
                guests,
                size,
                seed);
        Bus bus = new Bus(settings);
        try (ActiveMQConnectionFactory factory = bus.factory()) {
            if (!yesReally) {
                ThisMachine.demand(settings, loaded.org(), factory);
            }
            try (Load load = new Load(bus.connect(factory, ", or say --simulate"), loaded, plan, stop)) {
                load.demand(yesReally);
                terminal.tell("%s: %d messages to %s in %d s"
                        .formatted(plan.run(), plan.messages(), loaded.inQueue(), duration.toSeconds()));
                tellBudget(settings, loaded.org(), terminal);
                LoadReport report = run(load, stop, terminal);
                terminal.print(json ? report.json() : report.text());
                return report.allDelivered() ? Guestbridge.DONE : Guestbridge.NEGATIVE;
            }
        }
    }

    private LoadReport run(Load load, CountDownLatch stop, Terminal terminal)
            throws JMSException, InterruptedException {
        Thread ending = new Thread(() -> endWith(stop, load), "load-end");
        ending.setDaemon(true);
        ending.start();
        try (Progress progress = terminal.progress(load::done, load::told)) {
            progress.start();
            return load.run(grace);
        } finally {
            ending.interrupt();
        }
    }

    private static void endWith(CountDownLatch stop, Load load) {
        try {
            stop.await();
            load.over();
        } catch (InterruptedException e) {
            // it has ended by itself
        }
    }

    private void tellBudget(Settings settings, String org, Terminal terminal) {
        String own = settings.organisation(org, "requests-per-minute");
        int budget = own.isEmpty()
                ? settings.number("genesys.main.requests-per-minute")
                : settings.number("genesys." + org + ".requests-per-minute");
        if (rate * 60 > budget) {
            terminal.tell("that is %.0f a minute, and genesys.%s.requests-per-minute allows %d: the rest waits"
                    .formatted(rate * 60, org, budget));
        }
    }

    private void demandUsage() {
        List<String> wrong = new ArrayList<>();
        demand(wrong, rate > 0 && rate <= 100_000, "--rate must be more than 0 and at most 100000");
        demand(wrong, duration.toMillis() > 0, "--duration must be more than 0");
        demand(wrong, !grace.isNegative(), "--grace must be 0 or more");
        demand(wrong, guests > 0 && guests <= MOST_GUESTS, "--guests must be between 1 and " + MOST_GUESTS);
        demand(
                wrong,
                size.least() >= LEAST_BYTES && size.least() <= size.most() && size.most() <= MOST_BYTES,
                "--size must be between " + LEAST_BYTES + " and " + MOST_BYTES + ", the least first");
        demand(
                wrong,
                rate * duration.toSeconds() <= MOST_MESSAGES,
                "--rate times --duration must be at most " + MOST_MESSAGES + " messages");
        if (!wrong.isEmpty()) {
            throw new ParameterException(spec.commandLine(), String.join("; ", wrong));
        }
    }

    private static void demand(List<String> wrong, boolean right, String sentence) {
        if (!right) {
            wrong.add(sentence);
        }
    }
}
