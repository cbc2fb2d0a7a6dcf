package dev.guestbridge.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guestbridge.message.GuestMessage;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the dialects make of Genesys' answers. */
class AnswersTest {

    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final GuestMessage MESSAGE = new GuestMessage(
            "m-1",
            new GuestMessage.Guest("guest-42", null, null),
            "hi",
            List.of(),
            null,
            null,
            Map.of(),
            NOW,
            false,
            null);

    private static GuestThread opened(Dialect dialect, String answer) throws Exception {
        return dialect.opened(MESSAGE, Json.read(answer), NOW);
    }

    @Test
    void externalThreadsKeepsTheIdentityThatTheOpeningConfirmed() throws Exception {
        assertThat(opened(new ExternalThreads(), "{\"externalId\":\"Guest-42\",\"threadId\":\"t-1\"}"))
                .isEqualTo(new GuestThread("Guest-42", "t-1", null, null, null, null, null, NOW));
    }

    @Test
    void externalThreadsCanDoWithoutTheThreadsId() throws Exception {
        assertThat(opened(new ExternalThreads(), "{\"externalId\":\"guest-42\"}")
                        .openedAt())
                .isEqualTo(NOW);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "external-threads | {} | externalId",
                "external-threads | [] | externalId",
                "external-threads | {\"externalId\":42,\"threadId\":\"t-1\"} | externalId",
                "external-threads | {\"externalId\":\"\",\"threadId\":\"t-1\"} | externalId",
                "external-threads | {\"externalId\":null} | externalId",
                "guest-conversations | {\"guestId\":\"g\",\"guestToken\":\"t\"} | id",
                "guest-conversations | {\"id\":\"c\",\"guestToken\":\"t\"} | guestId",
                "guest-conversations | {\"id\":\"c\",\"guestId\":\"g\"} | guestToken",
                "messaging | {\"participantId\":\"p\"} | id",
                "messaging | {\"id\":\"c\",\"participantId\":7} | participantId"
            })
    void refusesAnAnswerThatLacksWhatLaterCallsNeed(String dialect, String answer, String field) {
        assertThatThrownBy(() -> opened(ShippedDialects.named(dialect), answer))
                .isInstanceOf(Dialect.UnreadableAnswer.class)
                .hasMessage("the opening's answer lacks a text '" + field + "'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "open-messaging | {\"id\":\"x\",\"conversationId\":\"c-2\"} | c-2",
                "open-messaging | {\"id\":\"x\",\"conversationId\":null} | c-1",
                "open-messaging | {} | c-1",
                "external-threads | {\"conversationId\":\"c-2\"} | c-2",
                "guest-conversations | {\"id\":\"x\"} | c-1",
                "conversation-messages | {\"conversationId\":\"c-2\"} | c-2"
            })
    void keepsTheConversationThatTheSendingTells(String dialect, String answer, String conversation) throws Exception {
        GuestThread thread = GuestThread.of("guest-42").inConversation("c-1");
        assertThat(ShippedDialects.named(dialect)
                        .sent(thread, Json.read(answer))
                        .conversationId())
                .isEqualTo(conversation);
    }

    @Test
    void messagingKeepsConversationAndParticipantAsAPair() throws Exception {
        GuestThread thread = opened(new Messaging(), "{\"id\":\"c-1\",\"participantId\":\"p-1\"}");
        assertThat(thread).isEqualTo(new GuestThread("guest-42", null, "c-1", "p-1", null, null, null, NOW));
        assertThat(new Messaging().sent(thread, Json.read("{\"conversationId\":\"c-2\"}")))
                .isEqualTo(thread);
    }

    @ParameterizedTest
    @CsvSource({
        "3600, 2026-11-20T13:00:00Z",
        "0.5e3, 2026-11-20T12:08:20Z",
        "1e1000,",
        "99999999999, 2027-11-20T12:00:00Z",
        "0,",
        "-1,",
        "null,",
        "'\"3600\"',"
    })
    void guestConversationsKeepsTheGuestsTokenAndItsEnd(String expiresIn, Instant end) throws Exception {
        assertThat(opened(
                        new GuestConversations(),
                        "{\"id\":\"c\",\"guestId\":\"g\",\"guestToken\":\"t.1-_~+/=\",\"expiresIn\":" + expiresIn
                                + "}"))
                .isEqualTo(new GuestThread("guest-42", null, "c", null, "g", "t.1-_~+/=", end, NOW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\r\\nX-Evil: 1", "a b", "tökén", "a\\u0000"})
    void guestConversationsRefusesATokenThatNoHeaderCanCarry(String token) {
        assertThatThrownBy(() -> opened(
                        new GuestConversations(), "{\"id\":\"c\",\"guestId\":\"g\",\"guestToken\":\"" + token + "\"}"))
                .isInstanceOf(Dialect.UnreadableAnswer.class)
                .hasMessage("the opening's answer holds a 'guestToken' that no header can carry");
    }

    @Test
    void forgetsTheParticipantOfAnotherConversation() {
        GuestThread thread = new GuestThread("guest-42", null, "c-1", "p-1", null, null, null, NOW);
        assertThat(thread.inConversation("c-1").participantId()).isEqualTo("p-1");
        assertThat(thread.inConversation("c-2").participantId()).isNull();
        assertThat(thread.inConversation("c-2").openedAt()).isEqualTo(NOW);
    }
}
