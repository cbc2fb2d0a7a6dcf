package dev.guestbridge.genesys;

import com.fasterxml.jackson.core.JsonPointer;
import dev.guestbridge.genesys.ErrorClass.Action;
import dev.guestbridge.genesys.ErrorClass.Radius;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Failure;
import dev.guestbridge.message.MessageRefused;
import dev.guestbridge.message.Mistake;
import dev.guestbridge.message.Pause;
import dev.guestbridge.message.Place;
import dev.guestbridge.message.YamlFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The operators' table of what can go wrong with Genesys, how it is told, and what is done about it. */
public final class ErrorCatalogue {

    /** The catalogue has a wrong row; the sentence names file, row and reason. */
    public static final class BadCatalogue extends Mistake {
        BadCatalogue(Place place, String where, String reason) {
            super(place.file() + ": " + where + ": " + reason, place, where + ": " + reason);
        }
    }

    private static final Set<String> FILE_KEYS = Set.of("classes", "signs");
    private static final String PAYLOAD_INVALID = "payload-invalid";
    private static final String OUTCOME_UNKNOWN = "outcome-unknown";
    private static final String UNKNOWN = "unknown";
    private static final String MASS_REFUSAL = "mass-refusal";
    private static final String GIVEN_UP = "given-up";
    private static final String POISON = "poison";
    private static final int OWN_TRIES = 3;
    private static final long MINUTE_MS = 60_000;
    private static final Set<Action> AFTER_A_WAIT = Set.of(Action.WAIT, Action.PAUSE);
    private static final String CORRECT_IT =
            "Correct what the reason names at the message's source, and send it again under a new id.";
    // for a file of an operator's own, from before there was this row
    private static final ErrorClass UNLISTED_GIVEN_UP = new ErrorClass(
            GIVEN_UP,
            Radius.MESSAGE,
            Action.DEAD,
            0,
            0,
            0,
            0,
            1,
            Radius.MESSAGE,
            Set.of(),
            "An operator gave the message up.",
            "Replay it when what it met is over, or discard it.");

    private final Map<String, ErrorClass> classes = new LinkedHashMap<>();
    private final List<Sign> signs = new ArrayList<>();

    /**
     * Reads the catalogue.
     *
     * @throws BadCatalogue when it can't be read or a row is wrong
     */
    public ErrorCatalogue(Path file) {
        this(file, bad -> {
            throw bad;
        });
    }

    /**
     * Reads of the catalogue what can be used.
     *
     * @param refused is told of each row that is wrong
     */
    public ErrorCatalogue(Path path, Consumer<BadCatalogue> refused) {
        YamlFile file;
        try {
            file = YamlFile.read(path);
        } catch (YamlFile.Unreadable e) {
            refused.accept(new BadCatalogue(
                    new Place(path, e.line(), 0), "the file", e.line() > 0 ? e.getMessage() : "can't be read"));
            return;
        }
        CatalogueRow whole = new CatalogueRow(file, "the file", JsonPointer.empty());
        CatalogueRow table = new CatalogueRow(file, "classes", JsonPointer.compile("/classes"));
        CatalogueRow list = new CatalogueRow(file, "signs", JsonPointer.compile("/signs"));
        unlessRefused(refused, () -> whole.demandKeys(FILE_KEYS));
        table.node().fieldNames().forEachRemaining(name -> {
            CatalogueRow row =
                    new CatalogueRow(file, "class " + name, table.at().appendProperty(name));
            unlessRefused(refused, () -> classes.put(name, readClass(row, name)));
        });
        for (String needed : List.of(PAYLOAD_INVALID, OUTCOME_UNKNOWN, UNKNOWN, MASS_REFUSAL)) {
            if (!table.node().has(needed)) {
                refused.accept(table.wrong("'" + needed + "' is missing; the bridge itself refers to it"));
            }
        }
        List<String> names = new ArrayList<>();
        table.node().fieldNames().forEachRemaining(names::add);
        for (int i = 0; i < list.node().size(); i++) {
            CatalogueRow row =
                    new CatalogueRow(file, "signs, row " + (i + 1), list.at().appendIndex(i));
            unlessRefused(refused, () -> signs.add(row.sign(names)));
        }
        if (signs.stream().noneMatch(sign -> sign.specificity() == 0)) {
            refused.accept(list.wrong("a last row without conditions is missing, for all that no other tells"));
        }
        signs.sort(Comparator.comparingInt(Sign::specificity).reversed());
    }

    private static ErrorClass readClass(CatalogueRow row, String name) {
        ErrorClass read = row.errorClass(name);
        if (name.equals(POISON) && (read.action() != Action.DEAD || read.attempts() == 0 || read.withinMs() == 0)) {
            throw row.wrong(
                    "its action is dead, and it says attempts and within-ms; without the row there is no bound");
        }
        return read;
    }

    private static void unlessRefused(Consumer<BadCatalogue> refused, Runnable reading) {
        try {
            reading.run();
        } catch (BadCatalogue bad) {
            refused.accept(bad);
        }
    }

    /** All classes, in the order of the file. */
    public Collection<ErrorClass> classes() {
        return classes.values();
    }

    /**
     * Tells an answer's class, counts it against the message, and decides.
     *
     * @param delivery the message whose call failed; null when no message is to blame, as for a token call
     */
    GenesysFailure judge(Answer answer, Delivery delivery, Throwable cause) {
        ErrorClass row = classOf(answer);
        Failure failure = new Failure(
                row.name(),
                reason(row, answer, delivery),
                filledIn(row.advice(), answer, delivery),
                answer.status() == 0 ? null : answer.status(),
                answer.code().isEmpty() ? null : answer.code(),
                answer.correlationId());
        Pause pause = row.pause(answer.retryAfterMs());
        if (delivery == null) {
            return new GenesysFailure(row, failure, row.action() != Action.DEAD, pause, pause.waitMs(1), cause);
        }
        if (answer.leavesInDoubt()) {
            delivery.mayRepeat();
        }
        long now = System.nanoTime();
        Delivery.Streak streak = delivery.failed(failure, now);
        long wait = pause.waitMs(streak.count());
        long spentMs = (now - streak.firstNanos()) / 1_000_000;
        boolean curable = row.action() != Action.DEAD
                && !row.deadIn().contains(delivery.channel().dialect())
                && (row.action() != Action.REOPEN || delivery.reopenable())
                && (row.attempts() == 0 || streak.count() <= row.attempts())
                && (row.withinMs() == 0 || spentMs + wait <= row.withinMs());
        // a wait that Genesys dictated is no failure, and a renewed token's call no guess
        delivery.retries(curable && AFTER_A_WAIT.contains(row.action()) && !pause.asked());
        return new GenesysFailure(row, failure, curable, pause, wait, cause);
    }

    /**
     * The failure of a message that would be dead, if not too many of its channel had died just now.
     *
     * @param judged why it would be dead
     * @param perMinute how many are not too many
     */
    GenesysFailure massRefusal(Delivery delivery, GenesysFailure judged, int perMinute) {
        ErrorClass row = classes.get(MASS_REFUSAL);
        Failure last = judged.getFailure();
        Failure failure = new Failure(
                row.name(),
                row.reason()
                                .replace("<channel>", delivery.channel().name())
                                .replace("<limit>", String.valueOf(perMinute))
                        + " The last one: " + last.errorClass() + ": " + last.reason(),
                row.advice().replace("<channel>", delivery.channel().name()),
                last.status(),
                last.code(),
                last.correlationId());
        delivery.shares(failure);
        delivery.spare();
        delivery.retries(true);
        Pause pause = row.pause(-1);
        Pause untilTaken = new Pause(
                pause.radius(),
                pause.threshold(),
                pause.firstMs(),
                pause.capMs(),
                -1,
                Math.max(1, MINUTE_MS / perMinute));
        return new GenesysFailure(row, failure, true, untilTaken, untilTaken.waitMs(1), judged.getCause());
    }

    /** The row that says when a message is dead that alone fails while others are taken; null when the file has none. */
    ErrorClass poison() {
        return classes.get(POISON);
    }

    /**
     * The failure of a message that Genesys fails on while it takes others.
     *
     * @param judged what it met last
     */
    GenesysFailure poisoned(Delivery delivery, GenesysFailure judged) {
        ErrorClass row = poison();
        Failure failure = after(judged.getFailure(), row, delivery);
        delivery.shares(failure);
        delivery.retries(false);
        return new GenesysFailure(row, failure, false, row.pause(-1), 0, judged.getCause());
    }

    /** Keeps that an operator gave the message up, and what it met before. */
    public void givenUp(Delivery delivery) {
        delivery.shares(after(delivery.failure(), classes.getOrDefault(GIVEN_UP, UNLISTED_GIVEN_UP), delivery));
    }

    /** What ends a message whose own last failure didn't; whoever puts it back must know whether Genesys may have it. */
    private static Failure after(Failure last, ErrorClass row, Delivery delivery) {
        String before = delivery.attempts() == 0 ? " It was never tried." : "";
        if (last != null) {
            before = " The last failure: " + last.errorClass() + ": " + last.reason();
        }
        String doubt = delivery.possibleRepeat()
                ? " Genesys may have it, for one of its sendings came to no known end; look into the conversation first."
                : "";
        return new Failure(
                row.name(),
                row.reason().replace("<channel>", delivery.channel().name()) + before + doubt,
                row.advice(),
                last == null ? null : last.status(),
                last == null ? null : last.code(),
                last == null ? null : last.correlationId());
    }

    /**
     * Decides about a message whose sending began before a crash, and may have reached Genesys. One that the bridge
     * died of oftener than once waits, so that what was merely in flight with it comes before it. Who puts a dead letter
     * back has decided about what was in doubt before.
     *
     * @throws GenesysFailure when its dialect's setting is not to send such a message again, or when the bridge died of
     *     it too often
     */
    public void mayRepeat(Delivery delivery) throws GenesysFailure {
        ErrorClass row = classes.get(OUTCOME_UNKNOWN);
        boolean decided = delivery.replays() > 0 && delivery.unfinished() == 0;
        if (delivery.possibleRepeat()
                && !decided
                && row.deadIn().contains(delivery.channel().dialect())) {
            throw dead(delivery, row);
        }
        int deaths = delivery.unfinished();
        if (deaths > 0) {
            ErrorClass fatal = classOf(Answer.died(delivery.channel()));
            if (fatal.attempts() > 0 && deaths > fatal.attempts()) {
                throw dead(delivery, fatal);
            }
            delivery.holdFor(deaths == 1 ? 0 : fatal.pause(-1).waitMs(deaths - 1));
        }
    }

    private ErrorClass classOf(Answer answer) {
        Sign sign = signs.stream().filter(row -> row.holds(answer)).findFirst().orElseThrow();
        return classes.get(sign.errorClass());
    }

    private static GenesysFailure dead(Delivery delivery, ErrorClass row) {
        Failure failure = new Failure(row.name(), row.reason(), row.advice(), null, null, null);
        delivery.failed(failure, System.nanoTime());
        return new GenesysFailure(row, failure, false, row.pause(-1), 0, null);
    }

    /**
     * Whether a message on which the bridge itself failed is tried once more; each third time it isn't. When its sending had
     * begun, nobody knows whether Genesys has it.
     */
    public boolean mayTryAgain(Delivery delivery, Exception fault) {
        if (delivery.begun()) {
            delivery.mayRepeat();
        }
        if (delivery.isGivenUp()) { // routes of the version before have no other clause for it
            return false;
        }
        return delivery.failed(ownFault(fault), System.nanoTime()).count() % OWN_TRIES != 0;
    }

    /** Keeps that the bridge itself failed on this message: nobody else is to blame. */
    public void broken(Delivery delivery, Exception fault) {
        if (delivery.isGivenUp()) {
            givenUp(delivery);
        } else {
            delivery.shares(ownFault(fault));
        }
    }

    private static Failure ownFault(Exception fault) {
        String reason =
                "The bridge itself failed on this message: " + fault.getClass().getSimpleName();
        return new Failure(UNKNOWN, reason, "Report it with the log of deadAt.", null, null, null);
    }

    /** Keeps why a message was refused before it was sent: the class is payload-invalid, the reason the refusal's own. */
    public void refused(Delivery delivery, Throwable refusal) {
        Throwable own = refusal;
        while (!(own instanceof MessageRefused) && own.getCause() != null) {
            own = own.getCause(); // Camel wraps what an expression throws
        }
        ErrorClass row = classes.get(PAYLOAD_INVALID);
        delivery.shares(new Failure(row.name(), own.getMessage(), CORRECT_IT, null, null, null));
    }

    private static String reason(ErrorClass row, Answer answer, Delivery delivery) {
        String said = answer.text().isEmpty() ? "" : " Genesys said: " + answer.text();
        return filledIn(row.reason(), answer, delivery) + said;
    }

    private static String filledIn(String sentence, Answer answer, Delivery delivery) {
        String missing = answer.missingScopes().isEmpty() ? "(unknown)" : answer.missingScopes();
        String known = sentence.replace("<scopes>", missing)
                .replace("<org>", answer.org())
                .replace("<host>", answer.redirectedTo() == null ? "another address" : answer.redirectedTo());
        return delivery == null
                ? known
                : known.replace("<channel>", delivery.channel().name());
    }
}
