package dev.guestbridge.genesys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guestbridge.VirtualTime;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {

    private static final Organisation MAIN = new Organisation(
            "main", URI.create("http://api"), URI.create("http://login"), "id", () -> "secret", "", () -> null, 300);

    private final VirtualTime time = new VirtualTime();
    private final ErrorCatalogue catalogue = new ErrorCatalogue(Path.of("config/error-classes.yaml"));
    private final AtomicInteger asked = new AtomicInteger();
    private final Tokens tokens = new Tokens(
            new Organisations(List.of(MAIN)),
            org -> {
                asked.incrementAndGet();
                return answer();
            },
            time.clock(),
            time);
    private GenesysFailure refusal;

    private CompletableFuture<Token> answer() {
        if (refusal != null) {
            return CompletableFuture.failedFuture(refusal);
        }
        var now = time.clock().instant();
        return CompletableFuture.completedFuture(
                new Token("t", asked.get(), now, now.plusSeconds(800), now.plusSeconds(1000), Set.of(), false));
    }

    private GenesysFailure refused(int status, long retryAfterMs) {
        Answer answer =
                new Answer("main", "token", null, status, null, "", "", null, null, "", -1, retryAfterMs, null, null);
        return catalogue.judge(answer, null, null);
    }

    private CompletableFuture<Token> bearer() {
        return tokens.of("main", null).toCompletableFuture();
    }

    @Test
    void itsAgeAndWhatIsLeftOfItAreKnown() {
        assertThat(tokens.remaining("main")).isZero();
        bearer();
        time.pass(Duration.ofSeconds(300).toMillis());
        assertThat(tokens.age("main")).isEqualTo(Duration.ofSeconds(300));
        assertThat(tokens.remaining("main")).isEqualTo(Duration.ofSeconds(700));
        time.pass(Duration.ofSeconds(800).toMillis());
        assertThat(tokens.remaining("main")).isZero();
    }

    @Test
    void aTokenThatIsStillGoodIsUsedWhileItCannotBeRenewedAndTheEndpointIsSpared() {
        bearer();
        time.pass(Duration.ofSeconds(810).toMillis());
        refusal = refused(503, -1);
        for (int second = 0; second < 180; second++) {
            assertThat(bearer()).isCompletedWithValueMatching(token -> token.serial() == 1);
            time.pass(1000);
        }
        assertThat(asked.get() - 1).as("tries to renew in three minutes").isBetween(20, 45);
        refusal = null;
        time.pass(8000);
        bearer();
        assertThat(bearer()).isCompletedWithValueMatching(token -> token.serial() > 1);
    }

    @Test
    void theEndpointIsNotAskedBeforeItsRetryAfterIsOverAlsoWhenTheTokenExpires() {
        bearer();
        time.pass(Duration.ofSeconds(990).toMillis());
        refusal = refused(429, 60_000);
        bearer();
        assertThat(asked).hasValue(2);
        time.pass(20_000);
        assertThat(bearer()).isCompletedExceptionally();
        assertThat(bearer().handle((token, failure) ->
                        ((GenesysFailure) failure).getPause().waitMs(1)))
                .as("the rest of the time")
                .isCompletedWithValue(40_000L);
        assertThat(asked).hasValue(2);
        refusal = null;
        time.pass(40_000);
        assertThat(bearer()).isCompleted().isNotCompletedExceptionally();
        assertThat(asked).hasValue(3);
    }

    /** T4: what the endpoint says of a token's life is believed within limits. */
    @ParameterizedTest(name = "{0} → {1} s")
    @CsvSource({
        "3600, 3600",
        "'\"3600\"', 3600",
        "-, 300",
        "null, 300",
        "'\"soon\"', 300",
        "0, 300",
        "-1, 300",
        "1, 30",
        "1000000000000, 172800",
        "99999999999999999999999, 172800",
        "1e300, 172800"
    })
    void aLifeThatCannotBeMeantIsBounded(String expiresIn, long seconds) throws Exception {
        String life = expiresIn.equals("-") ? "" : ",\"expires_in\":" + expiresIn;
        Token token = tokens.read("main", new ObjectMapper().readTree("{\"access_token\":\"t\"" + life + "}"));
        assertThat(Duration.between(token.issuedAt(), token.expiresAt())).hasSeconds(seconds);
        assertThat(token.renewAt()).isBefore(token.expiresAt());
    }

    /** T7: what a token is goes into a header as it is, so that only what can stand there is one. */
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\\r\\nX-Evil: 1", "a\\n", "a\\u0000", "a\\t", "é", "a\\u2028", "\\u007f"})
    void whatCannotStandInAHeaderIsNoToken(String value) throws Exception {
        assertThat(tokens.read("main", new ObjectMapper().readTree("{\"access_token\":\"" + value + "\"}")))
                .isNull();
    }
}
