package dev.guestbridge.console;

import dev.guestbridge.lane.Standstill;
import dev.guestbridge.message.Failure;
import dev.guestbridge.message.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Sentences that answer a why, the most important first, and what the first cause among them is. */
final class Reasons {

    private final List<String> sentences = new ArrayList<>();
    private final List<String> advices = new ArrayList<>();
    private boolean well = true;
    private boolean explained;
    private String errorClass;
    private String advice;
    private Instant nextTry;
    private Integer waiting;

    /** Whether nothing that was told is the matter. */
    boolean well() {
        return well;
    }

    /** Says what should be known besides. */
    void tell(String words) {
        sentences.add(Words.sentence(words));
    }

    /** Says what is in the way. */
    void matter(String words) {
        well = false;
        tell(words);
    }

    /**
     * Says what the failure behind it is, and what to do.
     *
     * @param next when it is tried again; null when no time is set
     * @param held how many messages wait for that; null when it isn't known
     */
    void cause(Failure failure, Instant next, Integer held) {
        tell(failure.reason(), failure.advice());
        keep(failure.errorClass(), failure.advice(), next, held);
    }

    /** Says what something died of, and what to do. */
    void death(String what, Outcome outcome) {
        matter("%s is dead since %s, of %s%s"
                .formatted(
                        what,
                        Words.at(outcome.at()),
                        outcome.errorClass(),
                        Words.answered(outcome.status(), outcome.code())));
        tell(outcome.reason(), outcome.advice());
        keep(outcome.errorClass(), outcome.advice(), null, null);
    }

    /** Says what stands still, and how it goes on. */
    void pause(Standstill pause, Instant now) {
        boolean timed = pause.isTimed();
        Failure cause = pause.cause();
        matter("%s is paused since %s, for %s%s"
                .formatted(
                        pause.name(),
                        Words.at(pause.since()),
                        cause.errorClass(),
                        Words.answered(cause.status(), cause.code())));
        cause(cause, timed ? pause.nextProbe() : null, pause.waiting());
        tell(PauseDesk.goesOn(pause, now)
                + (timed ? " To let it go now: guestbridge resume \"" + pause.name() + "\"" : ""));
    }

    /** Says what has no failure behind it. */
    void matter(String words, Instant next, Integer held) {
        matter(words);
        keep(null, null, next, held);
    }

    private void tell(String itsReason, String itsAdvice) {
        tell(itsReason);
        if (itsAdvice != null) {
            tell(itsAdvice);
            advices.add(Words.sentence(itsAdvice));
        }
    }

    private void keep(String itsClass, String itsAdvice, Instant next, Integer held) {
        if (!explained) {
            explained = true;
            errorClass = itsClass;
            advice = itsAdvice == null ? null : Words.sentence(itsAdvice);
            nextTry = next;
            waiting = held;
        }
    }

    Why why(String of, String about, List<Seen> messages) {
        return new Why(
                of,
                about,
                well,
                sentences.get(0),
                List.copyOf(sentences),
                errorClass,
                advice,
                List.copyOf(advices),
                nextTry,
                waiting,
                messages);
    }
}
