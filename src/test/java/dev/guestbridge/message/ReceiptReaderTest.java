package dev.guestbridge.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceiptReaderTest {

    private static final Instant AT = Instant.parse("2026-11-20T11:59:59.007Z");
    private static final Channel CHANNEL = new Channel("whatsapp", "open-messaging", "main", "int-whatsapp", null);
    private static final ReceiptReader READER = new ReceiptReader(Path.of("config/schemas/receipt.schema.json"));

    private static Delivery brought(String body) {
        return new Delivery(CHANNEL, CHANNEL.receiptQueue(), "1", "ID:bus-1", AT, AT, body);
    }

    @Test
    void readsBothEnds() throws Exception {
        Delivery delivery =
                brought("{\"id\":\"r-1\",\"guest\":{\"externalId\":\"g\"},\"status\":\"delivered\",\"new\":1}");
        assertThat(READER.read(delivery)).isEqualTo(new Receipt("r-1", "g", true, null, null, AT));
        assertThat(delivery.id()).isEqualTo("r-1");
        assertThat(delivery.externalId()).isEqualTo("g");
        assertThat(delivery.carriesReceipt()).isTrue();
        assertThat(
                        READER.read(
                                brought(
                                        """
                        {"id":"r-1","guest":{"externalId":"g"},"status":"failed","code":"RecipientOptedOut","reason":"no"}
                        """)))
                .isEqualTo(new Receipt("r-1", "g", false, "RecipientOptedOut", "no", AT));
        assertThat(READER.read(brought("{\"id\":\"r-1\",\"guest\":{\"externalId\":\"g\"},\"status\":\"failed\"}")))
                .isEqualTo(new Receipt("r-1", "g", false, "GeneralError", "The channel couldn't deliver it.", AT));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    [] | the message is not a JSON object
                    {} | id is missing; guest is missing; status is missing
                    {"id":"","guest":{"externalId":""},"status":"read"} | id is empty; guest.externalId is empty; status is not one of delivered, failed
                    {"id":null,"guest":{"externalId":"g"},"status":"failed"} | id is missing
                    {"id":"r","guest":"secret","status":"failed"} | guest is not an object
                    {"id":"r","guest":{"externalId":"g"},"status":"failed","reason":1} | reason is not a string
                    {"id":"r","guest":{"externalId":"g"},"status":"failed","code":"Secret"} | code is not one of MessageExpired, RateLimited, MessageNotAllowed, GeneralError, UnsupportedMessage, UnknownMessage, InvalidMessageStructure, InvalidDestination, ServerError, MediaTypeNotAllowed, InvalidMediaContentLength, RecipientOptedOut, DataFiltered
                    {"id":"r" | the JSON text ends too early, at line 1, column 10
                    """)
    void refusesAFieldByItsName(String body, String reason) {
        assertThatThrownBy(() -> READER.read(brought(body)))
                .isInstanceOf(MessageRefused.class)
                .hasMessage(reason);
    }

    @Test
    void keepsWhatABadOneNames() {
        Delivery delivery = brought("{\"id\":\"r-1\",\"guest\":{\"externalId\":\"g\"},\"status\":\"read\"}");
        assertThatThrownBy(() -> READER.read(delivery)).isInstanceOf(MessageRefused.class);
        assertThat(delivery.id()).isEqualTo("r-1");
        assertThat(delivery.externalId()).isEqualTo("g");
    }
}
