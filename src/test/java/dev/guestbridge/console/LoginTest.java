package dev.guestbridge.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guestbridge.VirtualTime;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who knows the password gets in, and who guesses gets tired. */
@Timeout(120)
class LoginTest {

    private static final String PASSWORD = "Straße 7: no one knows";
    private static PasswordHash hash;

    private final VirtualTime time = new VirtualTime();
    private final Login login = new Login("ada", hash, time.clock());

    @BeforeAll
    static void make() {
        hash = PasswordHash.read(PasswordHash.of(PASSWORD.toCharArray()).text());
    }

    @AfterEach
    void close() {
        login.close();
    }

    @Test
    void the_password_lets_in_and_is_believed_for_ten_minutes_without_another_look() throws Exception {
        String right = basic("ada", PASSWORD);
        assertThat(login.known(right)).as("before").isNull();

        assertThat(asked("10.0.0.1", right)).isEqualTo("ada");
        assertThat(login.known(right)).isEqualTo("ada");
        assertThat(login.known(basic("ada", PASSWORD + " "))).isNull();
        assertThat(login.known(null)).isNull();

        time.pass(TimeUnit.MINUTES.toMillis(10));
        assertThat(login.known(right)).as("after ten minutes").isNull();
    }

    @Test
    void a_wrong_name_or_password_is_told_alike_and_asked_for_again() {
        String wrongName = refusal("10.0.0.1", basic("eve", PASSWORD), 401);
        assertThat(refusal("10.0.0.1", basic("ada", "Straße 7: no one knew"), 401))
                .isEqualTo(wrongName);
        assertThat(login.known(basic("eve", PASSWORD))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer x", "Basic", "Basic ?", "Basic YWRh"})
    void what_is_no_name_and_password_is_no_guess(String header) {
        for (int i = 0; i < 10; i++) {
            refusal("10.0.0.1", header.isEmpty() ? null : header, 401);
        }
    }

    @Test
    void five_wrong_ones_a_minute_and_an_address_waits_while_others_and_the_known_one_dont() throws Exception {
        String right = basic("ada", PASSWORD);
        asked("10.0.0.1", right);
        for (int i = 0; i < 5; i++) {
            refusal("10.0.0.1", basic("ada", "wrong " + i), 401);
            time.pass(1_000);
        }
        assertThat(refusal("10.0.0.1", basic("ada", "another guess"), 429)).contains("again in 55 s");
        assertThat(refusal("10.0.0.1", basic("ada", PASSWORD + "!"), 429)).contains("again in 55 s");
        assertThat(login.known(right)).isEqualTo("ada");
        refusal("10.0.0.2", basic("ada", "wrong too"), 401);

        time.pass(55_000);
        assertThat(asked("10.0.0.1", right)).isEqualTo("ada");
    }

    @Test
    void guesses_that_come_at_once_are_counted_before_they_are_looked_at() {
        CompletableFuture<?>[] guesses = new CompletableFuture<?>[200];
        for (int i = 0; i < guesses.length; i++) {
            guesses[i] = login.ask("10.0.0." + i, basic("ada", "guess " + i)).exceptionally(e -> null);
        }
        assertThat(refusal("10.0.1.1", basic("ada", PASSWORD), 429)).contains("again in 60 s");
        assertThat(guesses).filteredOn(guess -> !guess.isDone()).hasSizeLessThanOrEqualTo(60);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "pbkdf2-sha256:1000:c2FsdHNhbHRzYWx0c2FsdA:aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
                "pbkdf2-sha256:99999999:c2FsdHNhbHRzYWx0c2FsdA:aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
                "pbkdf2-sha256:600000:c2FsdA:aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g",
                "pbkdf2-sha256:600000:c2FsdHNhbHRzYWx0c2FsdA:aGFzaA",
                "pbkdf2-sha256:600000:c2FsdHNhbHRzYWx0c2FsdA:a"
            })
    void a_hash_that_is_none_or_too_cheap_is_refused(String text) {
        assertThatThrownBy(() -> PasswordHash.read(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_hash_says_how_it_was_made_and_is_another_each_time() {
        String text = hash.text();
        assertThat(text).matches("pbkdf2-sha256:600000:[\\w-]{22}:[\\w-]{43}");
        assertThat(PasswordHash.of(PASSWORD.toCharArray()).text()).isNotEqualTo(text);
    }

    private String asked(String address, String authorization) throws Exception {
        return login.ask(address, authorization).get(60, TimeUnit.SECONDS);
    }

    private String refusal(String address, String authorization, int status) {
        try {
            login.ask(address, authorization).get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Operations.Refused refused = (Operations.Refused) e.getCause();
            assertThat(refused.status()).isEqualTo(status);
            assertThat(refused.headers().containsKey("Retry-After")).isEqualTo(status == 429);
            return refused.getMessage();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("let in");
    }

    private static String basic(String name, String password) {
        return Login.basic(name, password);
    }
}
