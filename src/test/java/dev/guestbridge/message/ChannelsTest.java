package dev.guestbridge.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelsTest {

    private static final String KIOSK =
            """
            - templatedRoute:
                routeTemplateRef: guest-in
                routeId: kiosk-in
                parameters:
                  - { name: channel, value: kiosk }
                  - { name: dialect, value: guest-conversations }
                  - { name: org, value: main }
                  - { name: integration, value: int-kiosk }
                  - { name: queue, value: queue-kiosk }
            """;

    @TempDir
    Path home;

    Path folder;

    @BeforeEach
    void makeFolder() throws Exception {
        folder = Files.createDirectories(home.resolve("routes/channels"));
    }

    private void file(String name, String text) throws Exception {
        Files.writeString(folder.resolve(name), text);
    }

    @Test
    void readsTheShippedChannels() {
        Channels channels = Channels.read(Path.of("routes/channels"));
        assertThat(channels.all())
                .containsExactly(
                        new Channel("kiosk", "guest-conversations", "main", "int-kiosk", "queue-kiosk"),
                        new Channel("loadtest", "conversation-messages", "main", "int-loadtest", null),
                        new Channel("mobile", "external-threads", "main", "int-mobile", null),
                        new Channel("webchat", "messaging", "main", "int-webchat", "queue-webchat"),
                        new Channel("whatsapp", "open-messaging", "main", "int-whatsapp", null));
        assertThat(channels.organisations()).containsExactly("main");
    }

    @Test
    void findsAChannelByNameAndByIntegration() throws Exception {
        file("kiosk.camel.yaml", KIOSK);
        file("other.camel.yaml", KIOSK.replace("value: kiosk", "value: other").replace("value: main", "value: acme"));
        file("notes.txt", "not a channel");
        Channels channels = Channels.read(folder);

        assertThat(channels.named("kiosk").org()).isEqualTo("main");
        assertThat(channels.named("none")).isNull();
        assertThat(channels.ofIntegration("acme", "int-kiosk").name()).isEqualTo("other");
        assertThat(channels.ofIntegration("main", "int-other")).isNull();
        assertThat(channels.ofIntegration("none", "int-kiosk")).isNull();
        assertThat(channels.organisations()).containsExactly("acme", "main");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    name: channel         | name: colour          | parameter 'colour' is unknown; known are channel, dialect, org, integration, queue
                    - { name: channel, value: kiosk } | # | parameter 'channel' is missing
                    - { name: dialect, value: guest-conversations } | # | parameter 'dialect' is missing
                    - { name: org, value: main } | #      | parameter 'org' is missing
                    - { name: integration, value: int-kiosk } | # | parameter 'integration' is missing
                    value: kiosk }        | value: Kiosk }        | parameter 'channel' must consist of 1 to 63 small letters, digits and hyphens, and not begin with a hyphen
                    value: kiosk }        | value: -kiosk }       | parameter 'channel' must consist of 1 to 63 small letters, digits and hyphens, and not begin with a hyphen
                    value: kiosk }        | value: kiosk.in }     | parameter 'channel' must consist of 1 to 63 small letters, digits and hyphens, and not begin with a hyphen
                    value: kiosk }        | value: "" }           | parameter 'channel' must consist of 1 to 63 small letters, digits and hyphens, and not begin with a hyphen
                    value: kiosk }        | value: "kiosk\\n" }   | parameter 'channel' must consist of 1 to 63 small letters, digits and hyphens, and not begin with a hyphen
                    value: main           | value: ma/in          | parameter 'org' must consist of 1 to 63 small letters, digits and hyphens, and not begin with a hyphen
                    value: guest-conv     | value: guest_conv     | parameter 'dialect' must consist of 1 to 63 small letters, digits and hyphens, and not begin with a hyphen
                    value: int-kiosk      | value: " "            | parameter 'integration' must be an id of 1 to 200 characters on one line
                    value: int-kiosk      | value: "a\\nb"        | parameter 'integration' must be an id of 1 to 200 characters on one line
                    value: int-kiosk      | value: 12e4           | parameter 'integration' must have a text as value; put it in quotes
                    value: int-kiosk      | value: {{kiosk.id}}   | not YAML, see line 8
                    value: int-kiosk      | value: "{{kiosk.id}}" | parameter 'integration' is a placeholder; webhooks are matched by the id itself, so write it here
                    , value: queue-kiosk  | ``                    | parameter 'queue' must have a text as value; put it in quotes
                    value: queue-kiosk    | value: ""             | parameter 'queue' must be an id of 1 to 200 characters on one line
                    name: queue           | name: org             | parameter 'org' is given twice
                    routeTemplateRef: guest-in | routeTemplateRef: guest-out | key 'routeTemplateRef' must be guest-in
                    routeId: kiosk-in     | #                     | key 'routeId' is missing, such as kiosk-in for the channel kiosk
                    parameters:           | parameter:            | key 'parameter' is unknown; did you mean parameters?
                    - templatedRoute      | - route               | must be a list with one item, key 'templatedRoute'
                    - templatedRoute      | templatedRoute        | must be a list with one item, key 'templatedRoute'
                    parameters:           | parameters: [         | not YAML, see line 4
                    routeId: kiosk-in     | routeId: [            | not YAML, see line 4
                    """)
    void refusesAFileByNamingFileKeyAndReason(String instead, String written, String reason) throws Exception {
        assertThat(KIOSK).contains(instead);
        file("kiosk.camel.yaml", KIOSK.replace(instead, written));
        assertRefused("routes/channels/kiosk.camel.yaml: " + reason);
    }

    @Test
    void refusesAFileWithTwoChannels() throws Exception {
        file("kiosk.camel.yaml", KIOSK + KIOSK);
        assertRefused("routes/channels/kiosk.camel.yaml: must be a list with one item, key 'templatedRoute'");
    }

    @Test
    void refusesAFileThatIsEmptyOrNotText() throws Exception {
        file("kiosk.camel.yaml", "");
        assertRefused("routes/channels/kiosk.camel.yaml: must be a list with one item, key 'templatedRoute'");
        Files.write(folder.resolve("kiosk.camel.yaml"), new byte[] {(byte) 0xff, 0});
        assertRefused("routes/channels/kiosk.camel.yaml: can't be read as a text file in UTF-8");
        file("kiosk.camel.yaml", "- \u0000");
        assertRefused("routes/channels/kiosk.camel.yaml: not YAML, see line 1");
    }

    @Test
    void saysWhatIsNotYaml() throws Exception {
        file("kiosk.camel.yaml", KIOSK.replace("    routeId", "\trouteId"));
        assertThatThrownBy(() -> Channels.read(folder))
                .hasMessageContaining("not YAML, see line 2: found character")
                .hasMessageContaining("TAB");
    }

    @Test
    void refusesANameThatIsTaken() throws Exception {
        file("a.camel.yaml", KIOSK);
        file("b.camel.yaml", KIOSK.replace("int-kiosk", "int-other"));
        assertRefused("routes/channels/b.camel.yaml: parameter 'channel' is 'kiosk', as in a.camel.yaml;"
                + " each channel has a name of its own");
    }

    @Test
    void refusesAnIntegrationThatIsTaken() throws Exception {
        file("a.camel.yaml", KIOSK);
        file("b.camel.yaml", KIOSK.replace("value: kiosk", "value: other"));
        assertRefused("routes/channels/b.camel.yaml: parameter 'integration' is that of a.camel.yaml;"
                + " replies could not tell the channels apart");
    }

    @Test
    void refusesAFolderWithoutChannels() {
        assertRefused("routes/channels: no channel, a file *.camel.yaml, is there");
        folder = home.resolve("routes/absent");
        assertRefused("routes/absent: can't be read as a folder");
    }

    @Test
    void namesTheFileOfAChannelThatACheckRefuses() throws Exception {
        file("kiosk.camel.yaml", KIOSK);
        assertThatThrownBy(() -> Channels.read(folder, channel -> {
                    throw new IllegalArgumentException("parameter 'queue' is wrong");
                }))
                .isInstanceOf(Channels.BadChannel.class)
                .hasMessage("routes/channels/kiosk.camel.yaml: parameter 'queue' is wrong");
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(() -> Channels.read(folder))
                .isInstanceOf(Channels.BadChannel.class)
                .extracting(bad -> bad.getMessage().replaceFirst("(not YAML, see line \\d+): .*", "$1"))
                .isEqualTo(reason);
    }
}
