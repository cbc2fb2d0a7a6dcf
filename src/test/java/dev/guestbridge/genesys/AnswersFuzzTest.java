package dev.guestbridge.genesys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.guestbridge.fuzz.Mutations;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Failure;
import dev.guestbridge.message.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Whatever Genesys answers: it is a yes, or a failure in one line whose wait has an end. */
class AnswersFuzzTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);
    private static final Channel WHATSAPP = new Channel("whatsapp", "open-messaging", "main", "int-whatsapp", null);
    private static final ErrorCatalogue CATALOGUE = new ErrorCatalogue(Path.of("config/error-classes.yaml"));
    private static final String[] HEADERS = {"retry-after", "DATE", "ININ-Correlation-Id"};

    private final Organisations organisations = new Organisations(List.of(new Organisation(
            "main", URI.create("http://a"), URI.create("http://t"), "id", () -> "secret", "a b", null, 300)));
    private final Tokens tokens = new Tokens(organisations, org -> new CompletableFuture<>(), CLOCK, Runnable::run);
    private final Scopes scopes = new Scopes(Map.of("open-messaging", Set.of("a")));
    private final Answers answers = new Answers(
            CATALOGUE,
            organisations,
            tokens,
            scopes,
            new Refusals(50, CLOCK),
            new Meters(new SimpleMeterRegistry()),
            CLOCK);

    /** @param input a status; Retry-After, Date and the correlation id, a line each; the body */
    @FuzzTest
    void anAnswerIsAYesOrAFailureOfOneLine(byte[] input) {
        HttpAnswer http = heard(input);
        Token token = new Token("t", 1, NOON, NOON, NOON, Set.of(), false);
        HttpAnswer lookedInto = answers.lookedInto(heard("401\n\n\n\n".getBytes(UTF_8)), http);
        for (HttpAnswer answer : new HttpAnswer[] {http, lookedInto}) {
            Delivery delivery = new Delivery(WHATSAPP, WHATSAPP.inQueue(), "bus-1", "m-1", NOON, NOON, "");
            try {
                assertThat(answers.read(delivery, "send", null, token, answer)).isNotNull();
                assertThat(answer.isYes()).isTrue();
            } catch (GenesysFailure failure) {
                isOneLineWithAnEnd(failure);
                assertThat(delivery.possibleRepeat())
                        .as("a yes that can't be read may be a yes")
                        .isEqualTo(answer.isYes());
            }
        }
    }

    @FuzzTest
    void aTokensAnswerIsATokenForAHeaderOrAFailure(byte[] input) {
        HttpAnswer http = heard(input);
        try {
            Token token = answers.token("main", http);
            assertThat(http.isYes()).isTrue();
            assertThat(token.getBearer()).matches("Bearer [\\x21-\\x7e]+");
            assertThat(Duration.between(NOON, token.expiresAt()))
                    .isBetween(Duration.ofSeconds(30), Duration.ofHours(48));
            assertThat(token.renewAt()).isBetween(NOON, token.expiresAt());
            token.scopes().forEach(scope -> assertThat(scope).matches("\\S+"));
        } catch (GenesysFailure failure) {
            isOneLineWithAnEnd(failure);
        }
    }

    /** What is read of an answer ends after 64 KiB; a message's own text, which Genesys answers with, may be longer. */
    @Test
    void aYesThatGoesOnAfterWhatIsReadIsAYesWhereItIsJsonUpToThere() throws GenesysFailure {
        Token token = new Token("t", 1, NOON, NOON, NOON, Set.of(), false);
        String echo = "{\"id\":\"g-1\",\"text\":\"" + "ë".repeat(TotalDeadline.LONGEST_ANSWER / 2);
        Delivery delivery = new Delivery(WHATSAPP, WHATSAPP.inQueue(), "bus-1", "m-1", NOON, NOON, "");
        assertThat(answers.read(delivery, "send", null, token, HttpAnswer.of(200, Map.of(), echo)))
                .hasToString("{\"id\":\"g-1\"}");

        for (String none : List.of("{\"id\":\"g-1\",\"text\":\"ended", "<html>" + echo)) {
            assertThatThrownBy(() -> answers.read(delivery, "send", null, token, HttpAnswer.of(200, Map.of(), none)))
                    .isInstanceOf(GenesysFailure.class);
            assertThat(delivery.failure().errorClass()).isEqualTo("outcome-unknown");
        }
    }

    @Test
    void holdsForMalformedAnswers() {
        Mutations.each(getClass(), "anAnswerIsAYesOrAFailureOfOneLine", this::anAnswerIsAYesOrAFailureOfOneLine);
    }

    @Test
    void holdsForMalformedTokens() {
        Mutations.each(
                getClass(),
                "aTokensAnswerIsATokenForAHeaderOrAFailure",
                this::aTokensAnswerIsATokenForAHeaderOrAFailure);
    }

    private static HttpAnswer heard(byte[] input) {
        String[] lines = new String(input, UTF_8).split("\n", 5);
        Map<String, Object> headers = new HashMap<>();
        for (int i = 0; i < HEADERS.length && i + 1 < lines.length; i++) {
            if (!lines[i + 1].isEmpty()) {
                headers.put(HEADERS[i], lines[i + 1]);
            }
        }
        int status = lines[0].matches("[0-9]{3}") ? Integer.parseInt(lines[0]) : 200;
        return HttpAnswer.of(status, headers, lines.length == 5 ? lines[4] : null);
    }

    private static void isOneLineWithAnEnd(GenesysFailure failure) {
        Failure told = failure.getFailure();
        for (String text : new String[] {told.errorClass(), told.reason(), told.advice()}) {
            assertThat(text).isNotBlank().doesNotContainPattern("\\p{Cntrl}");
        }
        for (String text : new String[] {told.code(), told.correlationId()}) {
            assertThat(text == null ? "" : text).hasSizeLessThanOrEqualTo(501).doesNotContainPattern("\\p{Cntrl}");
        }
        assertThat(failure.getWaitMs()).isBetween(0L, 300_000L);
        if (failure.getPause().asked()) {
            assertThat(failure.getWaitMs()).isGreaterThanOrEqualTo(1_000);
        }
    }
}
