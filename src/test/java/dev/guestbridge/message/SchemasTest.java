package dev.guestbridge.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemasTest {

    private static final JsonNode CONDITION =
            new ObjectMapper().valueToTree(Map.of("enum", List.of("typing", "response")));
    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(VersionFlag.V202012);

    private static JsonNode schema(String name) throws Exception {
        return Json.read(Files.readAllBytes(Path.of("config/schemas/" + name + ".schema.json")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"guest-message", "receipt", "reply", "status"})
    void isAJsonSchemaWhoseExamplesFit(String name) throws Exception {
        JsonNode text = schema(name);
        JsonSchema ofSchemas = FACTORY.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
        assertThat(ofSchemas.validate(text)).isEmpty();
        assertThat(text.path("examples")).isNotEmpty();
        JsonSchema schema = FACTORY.getSchema(text);
        for (JsonNode example : text.path("examples")) {
            assertThat(schema.validate(example)).as(example.toString()).isEmpty();
        }
        allProperties(text)
                .forEach(property -> assertThat(property.path("description").asText())
                        .as(property.toString())
                        .isNotBlank());
    }

    @ParameterizedTest
    @ValueSource(strings = {"guest-message", "receipt", "reply", "status"})
    void fitsWhatTheGuideShows(String name) throws Exception {
        List<String> examples = Pattern.compile("<!-- example: " + name + " -->\n```json\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs/your-own-app.md")))
                .results()
                .map(example -> example.group(1))
                .toList();
        assertThat(examples).isNotEmpty();
        for (String example : examples) {
            assertThat(FACTORY.getSchema(schema(name)).validate(Json.read(example)))
                    .as(example)
                    .isEmpty();
        }
    }

    private static List<JsonNode> allProperties(JsonNode schema) {
        return schema.findValues("properties").stream()
                .filter(properties -> !properties.path("text").has("minLength")) // the choice of text or attachments
                .flatMap(properties -> StreamSupport.stream(properties.spliterator(), false))
                .filter(JsonNode::isObject)
                .filter(property -> !property.has("minItems"))
                .filter(property -> !property.has("const") && !property.equals(CONDITION))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "reply | {}",
                "reply | {'id':'r','channel':'c','org':'o','guest':{},'type':'text','receivedAt':'t'}",
                "reply | {'id':'r','channel':'c','org':'o','guest':{'externalId':'g'},'type':'Text','receivedAt':'t'}",
                "reply | {'id':'r','channel':'c','org':'o','guest':{'externalId':'g'},'type':'text','from':'Bot','receivedAt':'t'}",
                "status | {}",
                "status | {'id':'m','channel':'c','state':'lost','at':'t'}",
                "status | {'id':'m','channel':'c','state':'dead','attempts':-1,'at':'t'}",
                "guest-message | {'guest':{'externalId':'g'}}",
                "guest-message | {'type':'shouting','guest':{'externalId':'g'},'text':'hi'}",
                "guest-message | {'type':'typing'}",
                "guest-message | {'type':'response','guest':{'externalId':'g'},'inReplyTo':'r'}",
                "receipt | {'id':'r','guest':{'externalId':'g'}}",
                "receipt | {'id':'r','guest':{'externalId':'g'},'status':'Delivered'}",
                "receipt | {'id':'r','guest':{'externalId':'g'},'status':'failed','code':'Shy'}",
                "guest-message | {'guest':{'externalId':''},'text':'hi'}"
            })
    void refusesWhatDoesNotFit(String name, String example) throws Exception {
        assertThat(FACTORY.getSchema(schema(name)).validate(Json.read(example.replace('\'', '"'))))
                .isNotEmpty();
    }
}
