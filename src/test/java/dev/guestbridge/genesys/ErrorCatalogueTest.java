package dev.guestbridge.genesys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorCatalogueTest {

    private static final String GOOD =
            """
            classes:
              payload-invalid: { radius: message, action: dead, reason: It is wrong., advice: Mend it. }
              outcome-unknown: { radius: message, action: wait, wait-ms: 10..20, reason: Who knows., advice: Look. }
              unavailable: { radius: org, action: pause, threshold: 5, reason: It is down., advice: Wait. }
              mass-refusal: { radius: channel, action: pause, reason: Too many., advice: Stop. }
              unknown: { radius: message, action: wait, attempts: 2, reason: It is new., advice: Add a row. }
            signs:
              - { status: 400, class: payload-invalid, because: it says so }
              - { status: 5xx, class: unavailable, because: it failed }
              - { class: unknown, because: the rest }
            """;

    @TempDir
    Path folder;

    private Path file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("error-classes.yaml"), yaml);
    }

    @Test
    void readsTheShippedCatalogue() {
        assertThat(new ErrorCatalogue(Path.of("config/error-classes.yaml")).classes())
                .extracting(ErrorClass::name)
                .contains(
                        "token-expired",
                        "credentials-invalid",
                        "scope-missing",
                        "feature-disabled",
                        "identity-unknown",
                        "sender-mismatch",
                        "payload-invalid",
                        "conversation-closed",
                        "not-propagated",
                        "rate-limited",
                        "unavailable",
                        "outcome-unknown",
                        "fatal",
                        "unknown");
    }

    @Test
    void readsTheTablesBase() throws IOException {
        assertThat(new ErrorCatalogue(file(GOOD)).classes()).hasSize(5);
    }

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
            status: 400                    | status: 4000                      | signs, row 1              | 'status' is '4000'; it must be like 404 or 5xx
            status: 5xx                    | status: 5x                        | signs, row 2              | 'status' is '5x'; it must be like 404 or 5xx
            status: 400                    | status: [400, 401]                | signs, row 1              | 'status'
            status: 400                    | statuss: 400                      | signs, row 1              | unknown key 'statuss'; known: [because, call,
            status: 400                    | "code: '['"                       | signs, row 1              | 'code' is no regular expression
            status: 400                    | "text: '(a'"                      | signs, row 1              | 'text' is no regular expression
            status: 400                    | text: [Invalid]                   | signs, row 1              | 'text'
            status: 400                    | text: ''                          | signs, row 1              | 'text'
            status: 400                    | dialect: [kiosk]                  | signs, row 1              | 'dialect'
            status: 400                    | call: sent                        | signs, row 1              | 'call' is 'sent'; known: [open, send,
            status: 400                    | network: slow                     | signs, row 1              | 'network' is 'slow'; known: [untrusted, unreachable, lost, unreadable, foreign, died]
            status: 400                    | token: old                        | signs, row 1              | 'token' is 'old'; known: [stale, fresh
            status: 400                    | scopes: few                       | signs, row 1              | 'scopes' is 'few'; known: [complete, missing
            status: 400                    | thread-younger-ms: soon           | signs, row 1              | 'thread-younger-ms' must be a whole number above zero
            status: 400                    | thread-younger-ms: -1             | signs, row 1              | 'thread-younger-ms' must be a whole number above zero
            class: unavailable             | class: unavailible                | signs, row 2              | there is no class 'unavailible'; known: [payload-invalid, outcome-unknown,
            "because: it failed"           | "because: ' '"                    | signs, row 2              | 'because' must be a text
            ", because: it failed"         | ""                                | signs, row 2              | 'because' is missing
            "class: unknown,"              | "status: 500, class: unknown,"    | signs                     | a last row without conditions is missing
            radius: org                    | radius: world                     | class unavailable         | 'radius' is 'world'; known: [message, guest, channel, org]
            "radius: org, "                | ""                                | class unavailable         | 'radius' is missing
            action: pause                  | action: Pause                     | class unavailable         | 'action' is 'Pause'; known: [renew, reopen, wait, pause, dead]
            attempts: 2                    | attempts: 0                       | class unknown             | 'attempts' must be a whole number above zero
            attempts: 2                    | attempts: 1.5                     | class unknown             | 'attempts' must be a whole number above zero
            attempts: 2                    | attempts: '2'                     | class unknown             | 'attempts' must be a whole number above zero
            attempts: 2                    | attempts: 4294967297              | class unknown             | 'attempts' must be a whole number above zero
            attempts: 2                    | tries: 2                          | class unknown             | unknown key 'tries'; known: [action, advice,
            wait-ms: 10..20                | wait-ms: 20..10                   | class outcome-unknown     | 'wait-ms' must be like 200..5000
            wait-ms: 10..20                | wait-ms: 1m                       | class outcome-unknown     | 'wait-ms' must be like 200..5000
            wait-ms: 10..20                | wait-ms: 1..2..3                  | class outcome-unknown     | 'wait-ms' must be like 200..5000
            wait-ms: 10..20                | dead-in: kiosk                    | class outcome-unknown     | 'dead-in' must be a list
            "reason: It is down."          | "reason: 5"                       | class unavailable         | 'reason' must be a text
            ", advice: Wait."              | ""                                | class unavailable         | 'advice' is missing
            "  payload-invalid: {"         | "  payload-valid: {"              | classes                   | 'payload-invalid' is missing
            "  unavailable: {"             | "  unknown: {"                    | the file                  | Duplicate field 'unknown'
            "signs:"                       | "sign:"                           | the file                  | unknown key 'sign'; known: [classes, signs]
            "signs:"                       | "--- {}\nsigns:"                  | the file                  | Trailing token
            "classes:"                     | "classes: ]"                      | the file                  | not YAML, see line 1:
            """)
    void refuses(String good, String bad, String where, String reason) throws IOException {
        assertThat(GOOD).contains(good);
        Path file = file(GOOD.replace(good, bad));
        assertThatThrownBy(() -> new ErrorCatalogue(file))
                .isInstanceOf(ErrorCatalogue.BadCatalogue.class)
                .hasMessageStartingWith(file + ": " + where)
                .hasMessageContaining(reason)
                .hasMessageNotContaining("\n");
    }

    @Test
    void refusesAFileThatIsNotThere() {
        Path missing = folder.resolve("none.yaml");
        assertThatThrownBy(() -> new ErrorCatalogue(missing)).hasMessage(missing + ": the file: can't be read");
    }

    private static Answer answered(int status, String text, String token, String scopes) {
        return new Answer("main", "send", "messaging", status, null, "", text, token, scopes, "", -1, -1, null, null);
    }

    @ParameterizedTest(name = "{0} {1} {2} {3} → {4}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
            400 | Invalid sender: nobody  | -     | -        | sender-mismatch
            400 | An Invalid sender       | -     | -        | payload-invalid
            400 | Conversation is closed  | -     | -        | conversation-closed
            401 | no                      | stale | -        | token-expired
            401 | no                      | void  | -        | token-void
            401 | no                      | fresh | missing  | scope-missing
            401 | no                      | fresh | dropped  | feature-disabled
            401 | no                      | fresh | complete | identity-unknown
            401 | no                      | fresh | unknown  | scope-missing
            403 | no                      | fresh | complete | scope-missing
            404 | gone                    | -     | -        | conversation-closed
            429 | slow                    | -     | -        | rate-limited
            500 | oops                    | -     | -        | unavailable
            503 | oops                    | -     | -        | unavailable
            302 | moved                   | -     | -        | redirected
            405 | no                      | -     | -        | not-genesys
            407 | no                      | -     | -        | not-genesys
            511 | no                      | -     | -        | not-genesys
            408 | no                      | -     | -        | unavailable
            425 | no                      | -     | -        | unavailable
            418 | teapot                  | -     | -        | unknown
            """)
    void theShippedRowsTell(int status, String text, String token, String scopes, String errorClass) {
        ErrorCatalogue shipped = new ErrorCatalogue(Path.of("config/error-classes.yaml"));
        GenesysFailure failure = shipped.judge(answered(status, text, token, scopes), null, null);
        assertThat(failure.errorClass().name()).isEqualTo(errorClass);
    }

    @Test
    void theRowWithMoreConditionsWinsWhereverItStands() throws IOException {
        ErrorCatalogue catalogue = new ErrorCatalogue(file(GOOD.replace(
                        "signs:\n",
                        """
                signs:
                  - { status: 4xx, class: unknown, because: a range is less than one status }
                  - { status: 400, class: unavailable, because: the upper of two equal rows }
                """)
                .replace(
                        "  - { class: unknown,",
                        "  - { status: 400, dialect: messaging, class: outcome-unknown, because: more conditions }\n"
                                + "  - { class: unknown,")));
        assertThat(told(catalogue, "messaging", 400)).isEqualTo("outcome-unknown");
        assertThat(told(catalogue, "open-messaging", 400)).isEqualTo("unavailable");
        assertThat(told(catalogue, "messaging", 422)).isEqualTo("unknown");
    }

    @Test
    void aRowForYoungThreadsComesBeforeOneForAll() throws IOException {
        ErrorCatalogue catalogue = new ErrorCatalogue(file(GOOD.replace(
                "  - { class: unknown,",
                "  - { status: 400, thread-younger-ms: 1000, class: outcome-unknown, because: it is young }\n"
                        + "  - { class: unknown,")));
        Answer young = new Answer("main", "send", "kiosk", 400, null, "", "", null, null, "", 999, -1, null, null);
        assertThat(catalogue.judge(young, null, null).errorClass().name()).isEqualTo("outcome-unknown");
        assertThat(told(catalogue, "kiosk", 400)).isEqualTo("payload-invalid");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"30, 30, 30", "0..20, 0, 20", "7..7, 7, 7"})
    void aWaitIsARangeOrOneNumber(String written, long first, long cap) throws IOException {
        assertThat(new ErrorCatalogue(file(GOOD.replace("10..20", written))).classes())
                .filteredOn(row -> row.name().equals("outcome-unknown"))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.firstMs()).isEqualTo(first);
                    assertThat(row.capMs()).isEqualTo(cap);
                });
    }

    @Test
    void aConditionOnTheStatusDoesNotHoldWhereTheNetworkFailed() throws IOException {
        ErrorCatalogue catalogue = new ErrorCatalogue(file(GOOD));
        Answer unreadable =
                new Answer("main", "send", "messaging", 500, "unreadable", "", "", null, null, "", -1, -1, null, null);
        assertThat(catalogue.judge(unreadable, null, null).errorClass().name()).isEqualTo("unknown");
    }

    @Test
    void sentencesAreFilledIn() throws IOException {
        ErrorCatalogue catalogue = new ErrorCatalogue(file(GOOD.replace("It is wrong.", "<org> lacks <scopes>.")));
        Answer answer = new Answer(
                "acme", "send", "messaging", 400, null, "bad", "Sorry", null, null, "a b", -1, -1, null, "c-1");
        assertThat(catalogue.judge(answer, null, null).getFailure().reason())
                .isEqualTo("acme lacks a b. Genesys said: Sorry");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4})
    void a_message_whose_sending_the_bridge_rarely_survived_is_sent_again(int deaths) throws Exception {
        Delivery delivery = unfinished(deaths);
        new ErrorCatalogue(Path.of("config/error-classes.yaml")).mayRepeat(delivery);
        if (deaths > 1) {
            assertThat(delivery.heldForMillis()).isPositive();
        } else {
            assertThat(delivery.heldForMillis()).isLessThanOrEqualTo(0);
        }
    }

    @Test
    void a_message_that_the_bridge_died_of_five_times_is_dead() {
        Delivery delivery = unfinished(5);
        ErrorCatalogue shipped = new ErrorCatalogue(Path.of("config/error-classes.yaml"));
        assertThatThrownBy(() -> shipped.mayRepeat(delivery))
                .isInstanceOfSatisfying(GenesysFailure.class, failure -> assertThat(failure.isCurable())
                        .isFalse());
        assertThat(delivery.failure().errorClass()).isEqualTo("fatal");
    }

    private static Delivery unfinished(int deaths) {
        Delivery delivery = new Delivery(
                new Channel("whatsapp", "open-messaging", "main", "int", null),
                "guest.in.whatsapp",
                "1",
                "ID:1",
                Instant.EPOCH,
                Instant.EPOCH,
                "");
        delivery.unfinished(deaths);
        return delivery;
    }

    private static String told(ErrorCatalogue catalogue, String dialect, int status) {
        Answer answer = new Answer("main", "send", dialect, status, null, "", "", null, null, "", -1, -1, null, null);
        return catalogue.judge(answer, null, null).errorClass().name();
    }
}
