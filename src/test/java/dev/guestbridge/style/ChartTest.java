package dev.guestbridge.style;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The chart, rendered by Helm's own library: Kubernetes takes what comes of it, and it says what it should. */
class ChartTest {

    private static final Path CHART = Path.of("deploy/helm/guestbridge").toAbsolutePath();
    private static final YAMLMapper YAML = new YAMLMapper();

    /** Throws when a field is unknown, of another kind, or missing. */
    private interface Judge {
        void judge(JsonElement manifest) throws IOException;
    }

    /** Kubernetes' own client knows the fields of each kind; of other operators' kinds a schema here does. */
    private static final Map<String, Judge> KUBERNETES = Map.of(
            "StatefulSet", V1StatefulSet::validateJsonElement,
            "Service", V1Service::validateJsonElement,
            "ConfigMap", V1ConfigMap::validateJsonElement,
            "Ingress", V1Ingress::validateJsonElement,
            "NetworkPolicy", V1NetworkPolicy::validateJsonElement,
            "PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement);

    private static final Map<String, Object> ALONE = Map.of("settings.genesys\\.main\\.client-id", "an-id");

    private static final Map<String, Object> SHARED = Map.of(
            "settings.broker\\.url", "tcp://artemis:61617?sslEnabled=true",
            "settings.store\\.url", "jdbc:postgresql://postgres/guestbridge",
            "replicas", 3);

    private static final Map<String, Object> ALL = Map.ofEntries(
            Map.entry("image.digest", "sha256:" + "0".repeat(64)),
            Map.entry("imagePullSecrets[0].name", "registry"),
            Map.entry("secrets.keys.broker\\.password", "broker-password"),
            Map.entry("settings.genesys\\.main\\.requests-per-minute", 1_000_000),
            Map.entry("channels.kiosk.dialect", "guest-conversations"),
            Map.entry("channels.kiosk.org", "main"),
            Map.entry("channels.kiosk.integration", "int-kiosk"),
            Map.entry("channels.kiosk.queue", "queue-kiosk"),
            Map.entry("ingress.enabled", true),
            Map.entry("ingress.className", "nginx"),
            Map.entry("ingress.host", "guests.example.com"),
            Map.entry("ingress.tlsSecret", "guests-tls"),
            Map.entry("networkPolicy.egress[0].port", 61617),
            Map.entry("autoscaling.enabled", true),
            Map.entry("autoscaling.managementEndpoint", "artemis:8161"),
            Map.entry("autoscaling.brokerName", "guestbridge"),
            Map.entry("autoscaling.credentials.secret", "artemis-console"),
            Map.entry("monitoring.podMonitor.enabled", true),
            Map.entry("monitoring.rules.enabled", true),
            Map.entry("monitoring.dashboard.enabled", true));

    @Test
    void helmFindsNothingToSay() {
        LintResult lint = new Helm(CHART).lint().strict().call();

        assertThat(lint.isFailed()).as(String.join("\n", lint.getMessages())).isFalse();
    }

    @Test
    void kubernetesKnowsEveryFieldOfIt() throws IOException {
        for (Map<String, Object> values : List.of(ALONE, SHARED, both(SHARED, ALL))) {
            for (JsonNode manifest : render(values)) {
                String kind = manifest.path("kind").asText();
                if (KUBERNETES.containsKey(kind)) {
                    KUBERNETES.get(kind).judge(JsonParser.parseString(manifest.toString()));
                } else {
                    assertThat(JsonSchemaFactory.getInstance(VersionFlag.V202012)
                                    .getSchema(Files.readString(
                                            Path.of("src/test/resources/kubernetes", kind + ".schema.json")))
                                    .validate(manifest))
                            .as(kind)
                            .isEmpty();
                }
            }
        }
    }

    @Test
    void aBridgeAloneKeepsItsThingsOnAVolume() throws IOException {
        List<JsonNode> manifests = render(ALONE);

        assertThat(manifests)
                .extracting(manifest -> manifest.path("kind").asText())
                .containsExactlyInAnyOrder("NetworkPolicy", "Service", "StatefulSet");
        JsonNode bridge = of("StatefulSet", manifests).path("spec");
        assertThat(bridge.path("replicas").asInt()).isEqualTo(1);
        assertThat(bridge.path("volumeClaimTemplates").findValuesAsText("storage"))
                .containsExactly("10Gi");
    }

    @Test
    void bridgesThatShareABrokerAndADatabaseKeepNothing() throws IOException {
        List<JsonNode> manifests = render(SHARED);

        JsonNode bridge = of("StatefulSet", manifests).path("spec");
        assertThat(bridge.path("replicas").asInt()).isEqualTo(3);
        assertThat(bridge.has("volumeClaimTemplates")).isFalse();
        assertThat(of("PodDisruptionBudget", manifests)
                        .path("spec")
                        .path("maxUnavailable")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void thePodMayDoNothingButItsWork() throws IOException {
        JsonNode pod =
                of("StatefulSet", render(ALONE)).path("spec").path("template").path("spec");
        JsonNode container = pod.path("containers").path(0);

        assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
        assertThat(pod.path("securityContext").path("runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.path("securityContext").at("/seccompProfile/type").asText())
                .isEqualTo("RuntimeDefault");
        assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                .isTrue();
        assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))
                .isFalse();
        assertThat(container.at("/securityContext/capabilities/drop")).hasToString("[\"ALL\"]");
        assertThat(pod.path("terminationGracePeriodSeconds").asInt())
                .as("what SIGTERM is given to drain, and the pause before it")
                .isGreaterThan(30 + 5);
        JsonNode secrets = named("secrets", pod.path("volumes")).path("secret");
        assertThat(secrets.path("defaultMode").asInt()).isEqualTo(0440);
    }

    @Test
    void itsVariablesAreKeys() throws IOException {
        Set<String> known = new TreeSet<>(Set.of("GUESTBRIDGE_JAVA_OPTS"));
        Keys.read(Path.of("config/application.properties"))
                .forEach(key -> known.add(
                        key.name().toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_')));

        JsonNode variables = of("StatefulSet", render(both(SHARED, ALL))).at("/spec/template/spec/containers/0/env");
        assertThat(known).containsAll(variables.findValuesAsText("name"));
        assertThat(variables.findValuesAsText("name")).doesNotHaveDuplicates();
        assertThat(named("GENESYS_MAIN_REQUESTS_PER_MINUTE", variables)
                        .path("value")
                        .asText())
                .isEqualTo("1000000");
        assertThat(named("BROKER_PASSWORD_FILE", variables).path("value").asText())
                .isEqualTo("/run/secrets/guestbridge/broker-password");
    }

    @Test
    void aChannelIsTheFileThatIsShipped() throws IOException {
        String rendered = of("ConfigMap", render(both(SHARED, ALL)))
                .path("data")
                .path("kiosk.camel.yaml")
                .asText();

        JsonNode shipped =
                YAML.readTree(Path.of("routes/channels/kiosk.camel.yaml").toFile());
        assertThat(YAML.readTree(rendered).at("/0/templatedRoute/parameters"))
                .containsExactlyInAnyOrderElementsOf(shipped.at("/0/templatedRoute/parameters"));
        assertThat(YAML.readTree(rendered).at("/0/templatedRoute/routeId"))
                .isEqualTo(shipped.at("/0/templatedRoute/routeId"));
    }

    @Test
    void rulesAndDashboardAreThoseOfDocker() throws IOException {
        List<JsonNode> manifests = render(both(SHARED, ALL));

        assertThat(of("PrometheusRule", manifests).path("spec"))
                .isEqualTo(YAML.readTree(Path.of("docker/prometheus/rules.yml").toFile()));
        String dashboard = manifests.stream()
                .map(manifest -> manifest.path("data").path("guestbridge.json").asText())
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElseThrow();
        assertThat(YAML.readTree(dashboard))
                .isEqualTo(
                        YAML.readTree(Path.of("docker/grafana/guestbridge.json").toFile()));
    }

    @Test
    void eachChannelsQueueIsCounted() throws IOException {
        JsonNode scaled = of("ScaledObject", render(both(SHARED, ALL))).path("spec");

        assertThat(scaled.path("triggers").findValuesAsText("queueName")).containsExactly("guest.in.kiosk");
        assertThat(of("StatefulSet", render(both(SHARED, ALL))).path("spec").has("replicas"))
                .as("KEDA alone says how many")
                .isFalse();
    }

    @Test
    void whatCantBeIsRefusedInASentence() {
        refused(Map.of("replicas", 2), "more than one bridge: settings must name a broker.url of your own");
        refused(both(SHARED, Map.of("autoscaling.enabled", true)), "autoscaling: channels must be named");
        refused(Map.of("ingress.enabled", true), "ingress.host: Genesys has to call a name");
        refused(Map.of("settings.broker\\.password", "in the clear"), "invalid propertyName 'broker.password'");
        refused(Map.of("replica", 2), "replica");
        refused(Map.of("channels.lobby.dialect", "guest-conversation"), "dialect");
    }

    private static void refused(Map<String, Object> values, String sentence) {
        assertThatThrownBy(() -> render(values)).hasMessageContaining(sentence);
    }

    private static List<JsonNode> render(Map<String, Object> values) throws IOException {
        TemplateCommand template = new Helm(CHART).template().withName("hotel").withNamespace("guests");
        values.forEach(template::set);
        List<JsonNode> manifests = new ArrayList<>();
        try (var documents =
                YAML.readerFor(JsonNode.class).readValues(new YAMLFactory().createParser(template.call()))) {
            while (documents.hasNext()) {
                JsonNode manifest = (JsonNode) documents.next();
                if (manifest != null && !manifest.isEmpty()) {
                    manifests.add(manifest);
                }
            }
        }
        return manifests;
    }

    private static JsonNode of(String kind, List<JsonNode> manifests) {
        return manifests.stream()
                .filter(manifest -> manifest.path("kind").asText().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode named(String name, JsonNode list) {
        for (JsonNode item : list) {
            if (item.path("name").asText().equals(name)) {
                return item;
            }
        }
        throw new AssertionError("no " + name + " in " + list);
    }

    private static Map<String, Object> both(Map<String, Object> some, Map<String, Object> more) {
        Map<String, Object> all = new TreeMap<>(some);
        all.putAll(more);
        return all;
    }
}
