package dev.guestbridge.console;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;

/**
 * Why something doesn't go on.
 *
 * @param about message, channel, reply or nothing: what is known by that name
 * @param well whether nothing is the matter
 * @param answer the first of the sentences
 * @param sentences in the order of their importance
 * @param errorClass of the first cause that has one; null when none has
 * @param advice what to do about that cause, one of the sentences
 * @param advices of all causes, each one of the sentences
 * @param nextTry when the bridge itself tries that next; null when no time is set
 * @param waiting how many messages wait for that
 * @param messages that the sentences are about, the newest first
 */
record Why(
        String of,
        String about,
        boolean well,
        String answer,
        List<String> sentences,
        @JsonProperty("class") String errorClass,
        String advice,
        List<String> advices,
        Instant nextTry,
        Integer waiting,
        List<Seen> messages) {}
