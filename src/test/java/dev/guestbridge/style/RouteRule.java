package dev.guestbridge.style;

import static dev.guestbridge.style.Routes.offenders;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.guestbridge.style.Routes.Place;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules for routes that a program can check; CONTRIBUTING.md says what each is for. */
enum RouteRule {
    FITS_CAMELS_OWN_SCHEMA(Checks::fitsTheSchema),
    STEPS_ARE_MAPS_OF_ONE_KEY(routes -> offenders(
            routes.steps(),
            step -> step.node().isObject()
                    && step.node().size() == 1
                    && step.node().elements().next().isObject())),
    EXPRESSIONS_STAND_UNDER_EXPRESSION(Checks::expressions),
    ONLY_THESE_LANGUAGES(routes -> offenders(
            routes.places()
                    .filter(place -> Checks.EXPRESSION_KEYS.contains(place.key())
                            && place.node().isObject()),
            place -> Set.of("simple", "constant", "method")
                    .containsAll(place.node().properties().stream()
                            .map(java.util.Map.Entry::getKey)
                            .toList()))),
    ONLY_THESE_STEPS(routes -> offenders(routes.steps(), step -> step.node().properties().stream()
            .allMatch(entry -> Checks.STEPS.contains(entry.getKey())))),
    EVERY_ROUTE_HAS_AN_ID_AND_SAYS_IN_ONE_SENTENCE_WHAT_LEAVES(Checks::described),
    NO_QUESTION_MARK_IN_AN_ADDRESS(
            routes -> offenders(routes.under("uri"), uri -> !uri.node().asText().contains("?"))),
    NO_HOST_PORT_OR_SECRET(Checks::noPlace),
    NO_NUMBER_THAT_AN_OPERATOR_MIGHT_CHANGE(routes -> offenders(
            routes.values()
                    .filter(value ->
                            value.keys().contains("parameters") || value.key().endsWith("Delay")),
            value -> !value.node().asText().matches("0*[1-9]\\d*(ms|s|m|h)?"))),
    AT_MOST_SEVEN_STEPS(Checks::few),
    AT_MOST_TWO_BLOCKS_IN_EACH_OTHER(routes -> offenders(
            routes.under("steps"),
            steps -> steps.keys().stream().filter("steps"::equals).count() <= 3)),
    CONDITIONS_DONT_LOOK_AT_WHAT_A_GUEST_WROTE(routes -> offenders(
            routes.values()
                    .filter(value -> value.keys().stream().anyMatch(Checks.CONDITIONS::contains))
                    .filter(value -> !value.keys().contains("steps")
                            || value.keys().lastIndexOf("steps") < Checks.lastCondition(value.keys())),
            value -> !Checks.GUESTS_WORDS.matcher(value.node().asText()).find())),
    JAVA_IS_CALLED_WITH_EXPLICIT_ARGUMENTS(Checks::explicit),
    NO_BEAN_DIGS_IN_THE_EXCHANGE(routes -> offenders(
            routes.under("method").filter(place -> place.node().isTextual()),
            place -> !place.node().asText().matches(".*\\$\\{(exchange|camelContext|messageAs)\\b.*"))),
    LOOK_UPS_LEAVE_THE_BODY_ALONE(routes -> offenders(
            routes.steps("to").filter(to -> to.node().path("uri").asText().startsWith("bean:")),
            to -> to.node().has("variableReceive"))),
    HEADERS_ARE_CLEARED_BY_NAME(routes -> offenders(
            routes.steps("removeHeaders"),
            step -> !Checks.coversEverything(step.node().path("pattern").asText()))),
    DIRECT_NAMES_ARE_ROUTE_IDS(Checks::direct),
    CALLED_ROUTES_SAY_WHO_CARES_FOR_FAILURES(Checks::careForFailures),
    A_CHANNELS_FILE_BEARS_ITS_NAME(Checks::channels),
    ONLY_ONE_FILE_TALKS_TO_GENESYS(routes -> offenders(
            routes.under("uri")
                    .filter(uri -> uri.node().asText().matches("(https?|vertx-http|netty-http|\\{\\{genesys\\.).*")),
            uri -> uri.isIn("genesys.camel.yaml"))),
    ONLY_ONE_FILE_CHOOSES_ADDRESSES_AT_RUN_TIME(
            routes -> offenders(routes.under("toD"), place -> place.isIn("genesys.camel.yaml"))),
    ONLY_ONE_FILE_DECIDES_ABOUT_FAILURES(routes -> offenders(
            routes.places().filter(place -> Set.of("onException", "routeConfiguration", "deadLetterChannel")
                    .contains(place.key())),
            place -> place.isIn("errors.camel.yaml"))),
    ONLY_ONE_FILE_NAMES_JAVA_CLASSES(routes -> offenders(
            routes.values().filter(value -> !value.key().equals("exception")).filter(value -> Checks.JAVA_CLASS
                    .matcher(value.node().asText())
                    .find()),
            value -> value.isIn("beans.camel.yaml")
                    || value.isOfABus()
                    || value.isIn("errors.camel.yaml") && value.node().asText().startsWith("${exception} is "))),
    BEANS_STAND_IN_ONE_FILE(
            routes -> offenders(routes.under("beans"), place -> place.isIn("beans.camel.yaml") || place.isOfABus())),
    QUEUES_ARE_THOSE_OF_THE_CONTRACT(Checks::queues),
    WEBHOOKS_ARE_VERIFIED_BEFORE_ANYTHING_ELSE(Checks::verified),
    LOG_LINES_TELL_NO_ONES_WORDS_AND_ARE_RARE(routes -> offenders(
            routes.steps("log"),
            log -> log.node().path("logName").asText().startsWith("dev.guestbridge.")
                    && Set.of("DEBUG", "WARN", "ERROR")
                            .contains(log.node().path("loggingLevel").asText())
                    && !Checks.WORDS_AND_SECRETS
                            .matcher(log.node().path("message").asText())
                            .find()));

    private final Function<Routes, List<String>> check;

    RouteRule(Function<Routes, List<String>> check) {
        this.check = check;
    }

    /** Where it is broken: file, route, key and value. */
    List<String> brokenIn(Routes routes) {
        return check.apply(routes);
    }

    private static final class Checks {

        static final Set<String> EXPRESSION_KEYS = Set.of("expression", "handled", "continued", "retryWhile", "onWhen");
        static final Set<String> LANGUAGES = Set.of(
                "simple",
                "constant",
                "method",
                "header",
                "variable",
                "exchangeProperty",
                "jq",
                "jsonpath",
                "xpath",
                "tokenize",
                "groovy",
                "js",
                "java",
                "joor",
                "python",
                "mvel",
                "ognl",
                "csimple",
                "ref",
                "language");
        static final Set<String> STEPS = Set.of(
                "to",
                "bean",
                "choice",
                "filter",
                "split",
                "doTry",
                "log",
                "stop",
                "throwException",
                "convertBodyTo",
                "setBody",
                "setHeader",
                "setHeaders",
                "setVariable",
                "setVariables",
                "removeHeader",
                "removeHeaders");
        static final List<String> CONDITIONS = List.of("when", "filter", "onWhen", "retryWhile", "handled");
        static final Pattern GUESTS_WORDS =
                Pattern.compile("\\b(body|bodyAs|mainBody|bodyOneLine|payload|text)\\b|jsonpath|\\bjq\\(");
        static final Pattern WORDS_AND_SECRETS =
                Pattern.compile("body|payload|\\btext|[Tt]oken|[Ss]ecret|headers|failure\\.reason|request|\\braw\\b");
        static final Pattern JAVA_CLASS = Pattern.compile("\\b(?:[a-z]\\w*\\.){2,}[A-Z]\\w*");
        static final Pattern PLACE = Pattern.compile(
                "\\blocalhost\\b|\\b\\d{1,3}(\\.\\d{1,3}){3}\\b|://(?!genesys\\.invalid)[\\w{]|:\\d{2,5}\\b|-----BEGIN");
        static final Pattern QUEUE = Pattern.compile(
                "jms:queue:guest\\.(in\\.\\{\\{channel}}|out|status|dead|unrouted|receipt\\.\\{\\{channel}})");

        static final Pattern BUS_QUEUE = Pattern.compile("jms:queue:guest\\.(in|out|status)\\.[a-z]+|(?!jms)\\w+:.*");

        static List<String> fitsTheSchema(Routes routes) {
            List<String> offenders = new ArrayList<>();
            JsonSchema schema = Schema.CAMELS;
            routes.files()
                    .forEach((file, tree) -> schema.validate(tree).forEach(fault -> offenders.add(file + " " + fault)));
            return offenders;
        }

        static List<String> expressions(Routes routes) {
            return offenders(
                    routes.places()
                            .filter(place -> LANGUAGES.contains(place.key()))
                            .filter(place -> !Set.of("parameters", "properties", "constructors")
                                    .contains(place.key(1)))
                            .filter(place -> !place.keys().contains("beans"))
                            .filter(place ->
                                    !(place.key().equals("ref") || place.key().equals("method"))
                                            || !place.node().isTextual())
                            .filter(place -> !place.keys().contains("parameters")),
                    place -> EXPRESSION_KEYS.contains(place.key(1))
                            && place.node().isObject()
                            && (place.node().has("expression")
                                    || place.key().equals("method")
                                            && place.node().has("ref")));
        }

        static List<String> described(Routes routes) {
            return offenders(routes.routes(), place -> {
                JsonNode route = place.node();
                String description = route.path("description").asText();
                boolean named = place.key(1).equals("routeTemplate")
                        || route.path("id").asText().matches("[a-z][a-z0-9-]*");
                return named && description.matches("[A-Z][^\\n]*[^.?!]\\.") && !description.matches(".*[.?!] [A-Z].*");
            });
        }

        static List<String> noPlace(Routes routes) {
            return Stream.concat(
                            offenders(
                                    routes.values().filter(value -> !value.key().equals("description")),
                                    value -> !PLACE.matcher(value.node().asText())
                                            .find())
                                    .stream(),
                            offenders(
                                    routes.values()
                                            .filter(value -> value.key().matches("(?i).*(password|secret|apikey).*")),
                                    value -> value.node().asText().startsWith("{{"))
                                    .stream())
                    .toList();
        }

        static List<String> few(Routes routes) {
            return routes.routes()
                    .filter(route -> count(route.node()) > 7)
                    .map(route -> route.file() + ", " + route.route() + ": " + count(route.node()) + " steps")
                    .toList();
        }

        private static int count(JsonNode node) {
            int count = node.isObject() && node.path("steps").isArray()
                    ? node.path("steps").size()
                    : 0;
            for (JsonNode inner : node) {
                count += count(inner);
            }
            return count;
        }

        static int lastCondition(List<String> keys) {
            return CONDITIONS.stream().mapToInt(keys::lastIndexOf).max().orElse(-1);
        }

        static List<String> explicit(Routes routes) {
            Stream<Place> calls = Stream.of(
                            routes.steps("bean"),
                            routes.under("method").filter(place -> place.node().isObject()),
                            routes.steps("to")
                                    .filter(to -> to.node().path("uri").asText().startsWith("bean:"))
                                    .map(to -> new Place(
                                            to.file(),
                                            to.route(),
                                            to.keys(),
                                            to.node().path("parameters"))))
                    .flatMap(Function.identity());
            return calls.filter(call -> !call.node().path("method").asText().matches("\\w+\\(.*\\)"))
                    .map(call -> call.file() + ", " + call.route() + ": " + call.node())
                    .toList();
        }

        static boolean coversEverything(String pattern) {
            // a pattern that takes names which nobody has thought of takes Camel's own counters too
            return Stream.of("x", "Zz-9", "CamelRedeliveryCounter")
                    .anyMatch(name -> org.apache.camel.support.PatternHelper.matchPattern(name, pattern));
        }

        static List<String> direct(Routes routes) {
            Set<String> served = routes.routes()
                    .map(route -> route.node().path("from").path("uri").asText())
                    .filter(uri -> uri.startsWith("direct:"))
                    .collect(Collectors.toSet());
            Set<String> used = Stream.concat(
                            routes.under("uri")
                                    .filter(uri -> !uri.key(1).equals("from"))
                                    .map(uri -> uri.node().asText()),
                            Java.directAddresses())
                    .filter(uri -> uri.startsWith("direct:"))
                    .collect(Collectors.toSet());
            return Stream.of(
                            routes.routes()
                                    .filter(route -> route.node()
                                            .path("from")
                                            .path("uri")
                                            .asText()
                                            .startsWith("direct:"))
                                    .filter(route -> !route.node()
                                            .path("from")
                                            .path("uri")
                                            .asText()
                                            .equals("direct:" + route.route()))
                                    .map(route -> "route " + route.route() + " serves another name"),
                            used.stream().filter(uri -> !served.contains(uri)).map(uri -> uri + " is served by none"),
                            served.stream().filter(uri -> !used.contains(uri)).map(uri -> uri + " is used by none"))
                    .flatMap(Function.identity())
                    .toList();
        }

        static List<String> careForFailures(Routes routes) {
            Set<String> known = routes.under("routeConfiguration")
                    .map(place -> place.node().path("id").asText())
                    .collect(Collectors.toSet());
            return routes.routes()
                    .filter(route -> {
                        boolean caller = route.node().path("errorHandler").has("noErrorHandler");
                        boolean itself = known.contains(
                                route.node().path("routeConfigurationId").asText());
                        boolean timer =
                                route.node().path("from").path("uri").asText().startsWith("timer:");
                        return timer ? caller : caller == itself;
                    })
                    .map(Place::route)
                    .toList();
        }

        static List<String> channels(Routes routes) {
            return routes.files().entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith("routes/channels/")
                            || entry.getValue().findValue("templatedRoute") != null)
                    .filter(entry -> {
                        JsonNode route = entry.getValue().path(0).path("templatedRoute");
                        String name = Routes.stream(route.path("parameters"))
                                .filter(parameter ->
                                        parameter.path("name").asText().equals("channel"))
                                .map(parameter -> parameter.path("value").asText())
                                .findFirst()
                                .orElse("");
                        return entry.getValue().size() != 1
                                || !entry.getKey().equals("routes/channels/" + name + ".camel.yaml")
                                || !route.path("routeId").asText().equals(name + "-in");
                    })
                    .map(java.util.Map.Entry::getKey)
                    .toList();
        }

        static List<String> queues(Routes routes) {
            return Stream.concat(
                            offenders(
                                    routes.under("uri")
                                            .filter(uri -> uri.node().asText().matches("(jms|activemq|amqp|sjms).*")),
                                    uri -> uri.isOfABus()
                                            ? BUS_QUEUE
                                                    .matcher(uri.node().asText())
                                                    .matches()
                                            : QUEUE.matcher(uri.node().asText()).matches())
                                    .stream(),
                            routes.places()
                                    .filter(place -> place.node().isObject()
                                            && place.node()
                                                    .path("name")
                                                    .asText()
                                                    .matches("CamelJmsDestination(Name)?"))
                                    .filter(
                                            place -> !place.node()
                                                    .path("expression")
                                                    .path("simple")
                                                    .path("expression")
                                                    .asText()
                                                    .matches(
                                                            "\\$\\{variable\\.(letter\\.queue|channel\\.(in|out|status)Queue)}"))
                                    .map(Place::toString))
                    .toList();
        }

        static List<String> verified(Routes routes) {
            return routes.routes()
                    .filter(route ->
                            route.node().path("from").path("uri").asText().startsWith("platform-http:/webhooks"))
                    .filter(route -> !verifiesFirst(route.node().path("from").path("steps")))
                    .map(Place::toString)
                    .toList();
        }

        // before it nothing but what it needs: the raw bytes, the header and the organisation's secrets
        private static boolean verifiesFirst(JsonNode steps) {
            for (JsonNode step : steps) {
                if (step.toString().contains("verify(${variable.raw}, ${variable.signature}, ${variable.secrets})")) {
                    return true;
                }
                if (!step.has("setVariables")
                        && !step.path("to").path("uri").asText().equals("bean:organisations")) {
                    return false;
                }
            }
            return false;
        }
    }

    private static final class Java {

        static Stream<String> directAddresses() {
            Pattern address = Pattern.compile("\"(direct:[a-z-]+)\"");
            try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
                List<String> found = new ArrayList<>();
                for (Path file :
                        files.filter(name -> name.toString().endsWith(".java")).toList()) {
                    address.matcher(Files.readString(file)).results().forEach(hit -> found.add(hit.group(1)));
                }
                return found.stream();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class Schema {

        static final JsonSchema CAMELS = read();

        private static JsonSchema read() {
            try (InputStream schema = RouteRule.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
                return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(schema);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
