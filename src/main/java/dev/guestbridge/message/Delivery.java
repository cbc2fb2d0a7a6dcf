package dev.guestbridge.message;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * One guest message, or one receipt for a reply, on its way to Genesys: what came from the bus, what was tried, and what came of it.
 *
 * <p>It travels with its exchange and is changed by one step at a time; what others look at is volatile.
 */
public final class Delivery {

    private final Channel channel;
    private final String queue;
    private final String busId;
    private final String spareId;
    private final Instant sentAt;
    private final Instant takenAt;
    private final long takenNanos = System.nanoTime();
    private final Object payload;

    private String unread;
    private int replays;
    private String fingerprint; // kept, for the ledger asks for it three times
    private GuestMessage message;
    private Receipt receipt;
    private String namedId;
    private String namedGuest;
    private volatile int attempts;
    private boolean uncounted;
    private volatile Failure failure;
    private volatile boolean accountable;
    private volatile boolean begun;
    private volatile int unfinished;
    private volatile boolean possibleRepeat;
    private final Waiting waiting = new Waiting();
    private volatile long notBeforeNanos;
    private final Map<String, Streak> streaks = new HashMap<>();
    private boolean reopenable;
    private boolean owesRetry;
    private volatile boolean spared;
    private boolean probe;
    private volatile BooleanSupplier mayGo = () -> true;
    private volatile boolean givenUp;
    private volatile Runnable waker = () -> {};
    private long callStartedNanos;
    private volatile Step step = Step.LANE;
    private volatile Trace trace = Trace.of(null);

    /** How far a message that is held has come. */
    public enum Step {
        /** It is read, waits for what its guest said before, or is looked for in the ledger. */
        LANE,
        /** It waits until its next try is due and nothing that it depends on stands still. */
        TURN,
        /** It waits for its organisation's token. */
        TOKEN,
        /** It waits for its organisation's budget of requests. */
        BUDGET,
        /** It waits for a place among the calls that are under way. */
        PLACE,
        /** It waits for Genesys' answer. */
        CALL,
        /** What Genesys answered is written down, and the channel told. */
        END
    }

    /**
     * @param queue the channel's queue that brought it: the one of its messages or the one of its receipts
     * @param busId tells this message from all others of its bus, and is the same at each redelivery
     * @param spareId the message's id when its body names none: its producer's JMSMessageID where there is one
     * @param sentAt the bus' time of sending
     * @param takenAt when it was taken from the bus
     * @param payload the body as the bus brought it: String, byte[], or what can't be a guest message
     */
    public Delivery(
            Channel channel,
            String queue,
            String busId,
            String spareId,
            Instant sentAt,
            Instant takenAt,
            Object payload) {
        this.channel = channel;
        this.queue = queue;
        this.busId = busId;
        this.spareId = spareId;
        this.sentAt = sentAt;
        this.takenAt = takenAt;
        this.payload = payload;
        this.notBeforeNanos = System.nanoTime();
    }

    public Channel channel() {
        return channel;
    }

    /** The queue that brought it. */
    public String queue() {
        return queue;
    }

    public String busId() {
        return busId;
    }

    /** The message's id when its body names none. */
    public String spareId() {
        return spareId;
    }

    public Instant sentAt() {
        return sentAt;
    }

    public Instant takenAt() {
        return takenAt;
    }

    /** Tells this taking of the message from others by the same process. */
    public String taking() {
        return Long.toString(takenNanos, Character.MAX_RADIX);
    }

    /** The body as the bus brought it. */
    public Object payload() {
        return payload;
    }

    /** The kind of bus message that carries the body unchanged, Bytes or Text; null when it is of another kind. */
    public String busType() {
        if (payload instanceof String) {
            return "Text";
        }
        return payload instanceof byte[] ? "Bytes" : null;
    }

    /** Says how often an operator has put it back from the dead letters. */
    public void replayed(int times) {
        replays = times;
    }

    /** How often an operator has put it back from the dead letters. */
    public int replays() {
        return replays;
    }

    /** Keeps why its body isn't to be read, a sentence. */
    public void unread(String why) {
        unread = why;
    }

    /** Why its body isn't to be read; null when it may be. */
    public String unread() {
        return unread;
    }

    /** Keeps what was read from the body, and returns it. */
    public GuestMessage read(GuestMessage guestMessage) {
        message = guestMessage;
        fingerprint = guestMessage.fingerprint();
        return guestMessage;
    }

    /** Tells its message from others with the same id; null until the body could be read. */
    public String fingerprint() {
        return fingerprint;
    }

    /** Keeps what was read from the body, and returns it. */
    public Receipt read(Receipt readReceipt) {
        receipt = readReceipt;
        return readReceipt;
    }

    /**
     * Keeps whose message it is, though the rest of it can't be used.
     *
     * @param id null when it names none that can be used
     * @param externalId null when it names none that can be used
     */
    public void names(String id, String externalId) {
        namedId = id;
        namedGuest = externalId;
    }

    /** What was read from the body; null until it could be. */
    public GuestMessage message() {
        return message;
    }

    /** The receipt that was read from the body; null until it could be, and for a guest message. */
    public Receipt receipt() {
        return receipt;
    }

    /** Whether it is no message of a guest but tells what became of a reply. */
    public boolean carriesReceipt() {
        return queue.equals(channel.receiptQueue());
    }

    /** Whether what guests say goes first. */
    public boolean yields() {
        return carriesReceipt() || (message != null && message.typing());
    }

    /** The channel's id of the message, a receipt's reply, or the spare one when the body couldn't be read. */
    public String id() {
        if (message != null) {
            return message.id();
        }
        if (receipt != null) {
            return receipt.id();
        }
        return namedId == null ? spareId : namedId;
    }

    /** The guest it comes from; null when the body couldn't be read. */
    public String externalId() {
        if (receipt != null) {
            return receipt.externalId();
        }
        return message == null ? namedGuest : message.guest().externalId();
    }

    /** Begins one more attempt; it counts as soon as Genesys is called. */
    public void attempt() {
        uncounted = true;
    }

    /** How often sending was attempted, openings that came to nothing included. */
    public int attempts() {
        return attempts;
    }

    /** Whether the ledger keeps account of it: not of what can't be read, nor of what bears another message's id. */
    public boolean accountable() {
        return accountable;
    }

    public void accountable(boolean yes) {
        accountable = yes;
    }

    /** Whether a start of its sending stands in the ledger, without an end. */
    public boolean begun() {
        return begun;
    }

    /** The ledger has recorded that its sending begins. */
    public void begins() {
        begun = true;
    }

    /** The ledger has recorded that the attempt is over. */
    public void ends() {
        begun = false;
    }

    /** How often its sending began in a process that didn't live to tell the end. */
    public int unfinished() {
        return unfinished;
    }

    public void unfinished(int starts) {
        unfinished = starts;
    }

    /** Flags that Genesys may have the message already, because an earlier attempt's outcome is unknown. */
    public void mayRepeat() {
        possibleRepeat = true;
    }

    public boolean possibleRepeat() {
        return possibleRepeat;
    }

    /** Keeps the last failure, and counts it: failures of one class in a row form a streak. */
    public Streak failed(Failure latest, long nowNanos) {
        failure = latest;
        return streaks.compute(
                latest.errorClass(),
                (name, streak) ->
                        streak == null ? new Streak(1, nowNanos) : new Streak(streak.count() + 1, streak.firstNanos()));
    }

    /** Keeps the failure of a call that was made for several messages at once; it counts against none of them. */
    public void shares(Failure others) {
        failure = others;
    }

    /** The last failure; null while there was none. */
    public Failure failure() {
        return failure;
    }

    /**
     * How often a class of failure met this message.
     *
     * @param firstNanos when it did first, by {@link System#nanoTime()}
     */
    public record Streak(int count, long firstNanos) {}

    /** Says whether its next attempt is one that an organisation's budget of retries is asked for. */
    public void retries(boolean asked) {
        owesRetry = asked;
    }

    /** Whether its next call is the first of an attempt that the budget of retries is asked for; asks once. */
    public boolean takeRetry() {
        boolean owed = owesRetry;
        owesRetry = false;
        return owed;
    }

    /** Says that Genesys refused it for good, and it waits only because too many others are dead of late. */
    public void spare() {
        spared = true;
    }

    /** Whether Genesys refused it for good already, and it isn't dead only because too many others were. */
    public boolean isSpared() {
        return spared;
    }

    /** Says whether its next call is to find out whether a pause is over. */
    public void probes(boolean yes) {
        probe = yes;
    }

    /** Keeps how to find out whether the right to call that it was given still holds. */
    public void passed(BooleanSupplier holds) {
        mayGo = holds;
    }

    /** Whether the right to call that it was given still holds. */
    public boolean mayGo() {
        return mayGo.getAsBoolean();
    }

    /** An operator gives it up: it waits for nothing any more, and the call that is under way is its last. */
    public void giveUp() {
        givenUp = true;
        waker.run();
    }

    /** Whether an operator has given it up; what Genesys takes all the same is delivered. */
    public boolean isGivenUp() {
        return givenUp;
    }

    /** Keeps what ends the wait that it is in when it is given up, at once when it is already; may run more than once. */
    public void wokenBy(Runnable ending) {
        waker = ending;
        if (givenUp) {
            ending.run();
        }
    }

    /** Whether its next call is to find out whether a pause is over. */
    public boolean isProbe() {
        return probe;
    }

    /** Says whether its dialect can open a new conversation for it. */
    public void reopens(boolean can) {
        reopenable = can;
    }

    /** Whether a new conversation can be opened for it. */
    public boolean reopenable() {
        return reopenable;
    }

    /** Holds the message back before its next attempt. */
    public void holdFor(long millis) {
        notBeforeNanos = System.nanoTime() + millis * 1_000_000;
    }

    /** Milliseconds until it may be attempted; zero or less when now. */
    public long heldForMillis() {
        return (notBeforeNanos - System.nanoTime()) / 1_000_000;
    }

    /** Keeps the trace that it belongs to. */
    public void belongsTo(Trace whole) {
        trace = whole;
    }

    /** The trace that it belongs to; without an id when that isn't known. */
    public Trace trace() {
        return trace;
    }

    /** Keeps how far it has come. */
    public void comesTo(Step next) {
        step = next;
        switch (next) {
            case TURN -> trace.waits("retry", failure);
            case TOKEN -> trace.waits("token", null);
            case BUDGET -> trace.waits("budget", null);
            case PLACE -> trace.waits("place", null);
            default -> trace.goesOn();
        }
    }

    /** How far it has come. */
    public Step step() {
        return step;
    }

    public void callStarts() {
        step = Step.CALL;
        if (uncounted) {
            attempts++;
            uncounted = false;
        }
        callStartedNanos = System.nanoTime();
    }

    public long callNanos() {
        return System.nanoTime() - callStartedNanos;
    }

    /** What it waits for, and what its channel was told of that. */
    public Waiting waiting() {
        return waiting;
    }
}
