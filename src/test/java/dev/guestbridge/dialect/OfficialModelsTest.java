package dev.guestbridge.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.mypurecloud.sdk.v2.model.ContentButtonResponse;
import com.mypurecloud.sdk.v2.model.OpenInboundMessageMessagingChannel;
import com.mypurecloud.sdk.v2.model.OpenInboundNormalizedEvent;
import com.mypurecloud.sdk.v2.model.OpenInboundNormalizedMessage;
import com.mypurecloud.sdk.v2.model.OpenInboundNormalizedReceipt;
import dev.guestbridge.message.Json;
import io.swagger.annotations.ApiModelProperty;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.SimpleDateFormat;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bodies of the golden files, read and written by the models of Genesys' own Java SDK: no field that they don't
 * know, none missing that they require, and the same when they write it.
 */
class OfficialModelsTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/open-messaging");
    private static final JsonInclude.Value EMPTY_LISTS_LEFT_OUT =
            JsonInclude.Value.construct(Include.NON_EMPTY, Include.ALWAYS);
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .defaultDateFormat(utc())
            .serializationInclusion(Include.NON_NULL)
            .withConfigOverride(List.class, lists -> lists.setInclude(EMPTY_LISTS_LEFT_OUT)) // as the models begin with
            .build();

    private static SimpleDateFormat utc() {
        SimpleDateFormat format = new SimpleDateFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT);
        format.setTimeZone(TimeZone.getTimeZone("UTC"));
        return format;
    }

    static List<Path> requests() throws IOException {
        try (Stream<Path> files = Files.walk(GOLDEN)) {
            return files.filter(file -> file.endsWith("send.http") || file.endsWith("receipt.http"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("requests")
    void areReadAndWrittenBackEqual(Path file) throws Exception {
        String[] request = Files.readString(file).split("\n\n", 2);
        if (request[1].contains("(lone surrogate)")) {
            return; // the golden file shows what isn't text
        }
        JsonNode body = Json.read(request[1]);
        String path = request[0].split("[ ?]")[1];
        switch (path.substring(path.indexOf("/inbound/open/") + 14)) {
            case "message" -> {
                // contentType is told in every example of Genesys' documents, and missing in the model
                body.path("content").forEach(item -> assertThat(
                                ((ObjectNode) item).remove("contentType").asText())
                        .isEqualTo("Attachment"));
                same(body, OpenInboundNormalizedMessage.class);
            }
            case "event" -> same(body, OpenInboundNormalizedEvent.class);
            case "receipt" -> same(body, OpenInboundNormalizedReceipt.class);
            case "structured/response" -> {
                // younger than this SDK: its parts are there
                same(body.path("channel"), OpenInboundMessageMessagingChannel.class);
                if (!body.path("buttonResponse").path("type").asText().equals("DatePicker")) {
                    same(body.path("buttonResponse"), ContentButtonResponse.class);
                }
                assertThat(body.path("originatingMessageId").asText()).isNotEmpty();
                assertThat(body).hasSize(3);
            }
            default -> throw new AssertionError(path);
        }
    }

    private static void same(JsonNode body, Class<?> model) throws Exception {
        Object read = STRICT.treeToValue(body, model);
        JsonNode written = STRICT.readTree(STRICT.writeValueAsString(read));
        assertThat(written).isEqualTo(STRICT.readTree(body.toString()));
        demandRequired(model.getSimpleName(), read);
    }

    private static void demandRequired(String where, Object model) throws Exception {
        if (model instanceof Collection<?> all) {
            for (Object one : all) {
                demandRequired(where, one);
            }
        } else if (model != null
                && model.getClass().getPackageName().startsWith("com.mypurecloud")
                && !model.getClass().isEnum()) {
            for (Method getter : model.getClass().getMethods()) {
                ApiModelProperty told = getter.getAnnotation(ApiModelProperty.class);
                if (told != null && getter.getParameterCount() == 0) {
                    Object value = getter.invoke(model);
                    assertThat(told.required() && value == null)
                            .as(where + "." + getter.getName() + " is required and missing")
                            .isFalse();
                    if (value instanceof Enum<?> word) {
                        assertThat(word.name()).as(where).isNotEqualTo("OUTDATEDSDKVERSION");
                    }
                    demandRequired(where + "." + getter.getName(), value instanceof Map ? null : value);
                }
            }
        }
    }
}
