package dev.guestbridge.style;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** Each rule finds what breaks it, and lets be what doesn't. */
class RouteRuleTest {

    private static final String FILE = "routes/genesys.camel.yaml";
    private static final String GOOD =
            """
            - route:
                id: tick
                description: A message leaves for Genesys.
                from:
                  uri: timer:tick
                  parameters: { period: "{{tick.period-ms}}" }
                  steps:
                    - setVariable: { name: one, expression: { method: { ref: ones, method: "next(${body})" } } }
                    - filter:
                        expression: { simple: { expression: "${variable.one} != null" } }
                        steps:
                          - to: { uri: direct:genesys-token }
            - route:
                id: genesys-token
                description: The answer is returned.
                errorHandler: { noErrorHandler: {} }
                from:
                  uri: direct:genesys-token
                  steps:
                    - to: { uri: http://genesys.invalid, parameters: { copyHeaders: false } }
                    - removeHeaders: { pattern: CamelHttp* }
                    - log: { loggingLevel: WARN, logName: dev.guestbridge.x, message: "it is ${variable.one}" }
            """;

    static final List<Arguments> WRONG = List.of(
            wrong(RouteRule.FITS_CAMELS_OWN_SCHEMA, "removeHeaders: { pattern:", "removeHeaders: { patern:"),
            wrong(RouteRule.FITS_CAMELS_OWN_SCHEMA, "- route:\n    id: tick", "- rout:\n    id: tick"),
            wrong(RouteRule.STEPS_ARE_MAPS_OF_ONE_KEY, "to: { uri: direct:genesys-token }", "to: direct:genesys-token"),
            wrong(RouteRule.STEPS_ARE_MAPS_OF_ONE_KEY, "- to: { uri: direct:genesys-token }", "- stop"),
            wrong(
                    RouteRule.EXPRESSIONS_STAND_UNDER_EXPRESSION,
                    "expression: { simple: { expression: \"${variable.one} != null\" } }",
                    "simple: \"${variable.one} != null\""),
            wrong(
                    RouteRule.EXPRESSIONS_STAND_UNDER_EXPRESSION,
                    "expression: { simple: { expression: \"${variable.one} != null\" } }",
                    "expression: { simple: \"${variable.one} != null\" }"),
            wrong(
                    RouteRule.ONLY_THESE_LANGUAGES,
                    "expression: { simple: { expression: \"${variable.one} != null\" } }",
                    "expression: { groovy: { expression: \"true\" } }"),
            wrong(RouteRule.ONLY_THESE_STEPS, "- to: { uri: direct:genesys-token }", "- process: { ref: digger }"),
            wrong(
                    RouteRule.ONLY_THESE_STEPS,
                    "- to: { uri: direct:genesys-token }",
                    "- script: { expression: { groovy: { expression: \"1\" } } }"),
            wrong(
                    RouteRule.EVERY_ROUTE_HAS_AN_ID_AND_SAYS_IN_ONE_SENTENCE_WHAT_LEAVES,
                    "    description: The answer is returned.\n",
                    ""),
            wrong(
                    RouteRule.EVERY_ROUTE_HAS_AN_ID_AND_SAYS_IN_ONE_SENTENCE_WHAT_LEAVES,
                    "The answer is returned.",
                    "The answer is returned. Then more."),
            wrong(RouteRule.EVERY_ROUTE_HAS_AN_ID_AND_SAYS_IN_ONE_SENTENCE_WHAT_LEAVES, "    id: tick\n", ""),
            wrong(RouteRule.NO_QUESTION_MARK_IN_AN_ADDRESS, "timer:tick", "timer:tick?repeatCount={{x}}"),
            wrong(RouteRule.NO_HOST_PORT_OR_SECRET, "http://genesys.invalid", "http://api.mypurecloud.de"),
            wrong(RouteRule.NO_HOST_PORT_OR_SECRET, "it is ${variable.one}", "see 10.0.0.1"),
            wrong(RouteRule.NO_HOST_PORT_OR_SECRET, "copyHeaders: false", "authPassword: hunter2"),
            wrong(RouteRule.NO_NUMBER_THAT_AN_OPERATOR_MIGHT_CHANGE, "\"{{tick.period-ms}}\"", "1000"),
            wrong(RouteRule.NO_NUMBER_THAT_AN_OPERATOR_MIGHT_CHANGE, "\"{{tick.period-ms}}\"", "5s"),
            wrong(
                    RouteRule.AT_MOST_SEVEN_STEPS,
                    "- removeHeaders: { pattern: CamelHttp* }",
                    "- removeHeaders: { pattern: CamelHttp* }\n        ".repeat(6)),
            wrong(
                    RouteRule.AT_MOST_TWO_BLOCKS_IN_EACH_OTHER,
                    "- to: { uri: direct:genesys-token }",
                    filter(filter("- to: { uri: direct:genesys-token }"))),
            wrong(RouteRule.CONDITIONS_DONT_LOOK_AT_WHAT_A_GUEST_WROTE, "${variable.one} !=", "${body.text} !="),
            wrong(RouteRule.CONDITIONS_DONT_LOOK_AT_WHAT_A_GUEST_WROTE, "${variable.one} !=", "${bodyAs(String)} !="),
            wrong(RouteRule.JAVA_IS_CALLED_WITH_EXPLICIT_ARGUMENTS, "method: \"next(${body})\"", "method: next"),
            wrong(
                    RouteRule.JAVA_IS_CALLED_WITH_EXPLICIT_ARGUMENTS,
                    "- to: { uri: direct:genesys-token }",
                    "- bean: { ref: ones }\n              - to: { uri: direct:genesys-token }"),
            wrong(RouteRule.NO_BEAN_DIGS_IN_THE_EXCHANGE, "next(${body})", "next(${exchange})"),
            wrong(
                    RouteRule.LOOK_UPS_LEAVE_THE_BODY_ALONE,
                    "uri: http://genesys.invalid, parameters: { copyHeaders: false }",
                    "uri: bean:ones, parameters: { method: \"next()\" }"),
            wrong(RouteRule.HEADERS_ARE_CLEARED_BY_NAME, "CamelHttp*", "\"*\""),
            wrong(RouteRule.HEADERS_ARE_CLEARED_BY_NAME, "CamelHttp*", "\"X-.*|.*\""),
            wrong(RouteRule.DIRECT_NAMES_ARE_ROUTE_IDS, "id: genesys-token", "id: genesys-tokens"),
            wrong(RouteRule.DIRECT_NAMES_ARE_ROUTE_IDS, "timer:tick", "direct:tick"),
            wrong(
                    RouteRule.DIRECT_NAMES_ARE_ROUTE_IDS,
                    "- to: { uri: direct:genesys-token }",
                    "- to: { uri: direct:nobody }"),
            wrong(RouteRule.CALLED_ROUTES_SAY_WHO_CARES_FOR_FAILURES, "    errorHandler: { noErrorHandler: {} }\n", ""),
            wrong(
                    RouteRule.CALLED_ROUTES_SAY_WHO_CARES_FOR_FAILURES,
                    "errorHandler: { noErrorHandler: {} }",
                    "routeConfigurationId: nobodys"),
            Arguments.of(
                    RouteRule.A_CHANNELS_FILE_BEARS_ITS_NAME,
                    "routes/channels/kiosk.camel.yaml",
                    """
                    - templatedRoute:
                        routeTemplateRef: guest-in
                        routeId: lobby-in
                        parameters:
                          - { name: channel, value: lobby }
                    """),
            Arguments.of(RouteRule.ONLY_ONE_FILE_TALKS_TO_GENESYS, "routes/inbound.camel.yaml", GOOD),
            Arguments.of(
                    RouteRule.ONLY_ONE_FILE_CHOOSES_ADDRESSES_AT_RUN_TIME,
                    "routes/inbound.camel.yaml",
                    GOOD.replace("to: { uri: direct:genesys-token }", "toD: { uri: \"direct:${variable.one}\" }")),
            wrong(
                    RouteRule.ONLY_ONE_FILE_DECIDES_ABOUT_FAILURES,
                    "- route:\n    id: tick",
                    "- onException: { exception: [java.lang.Exception] }\n- route:\n    id: tick"),
            wrong(RouteRule.ONLY_ONE_FILE_NAMES_JAVA_CLASSES, "ref: ones", "beanType: dev.guestbridge.lane.Lanes"),
            wrong(RouteRule.BEANS_STAND_IN_ONE_FILE, "- route:\n    id: tick", "- beans: []\n- route:\n    id: tick"),
            wrong(RouteRule.QUEUES_ARE_THOSE_OF_THE_CONTRACT, "http://genesys.invalid", "jms:queue:guest.extra"),
            wrong(RouteRule.QUEUES_ARE_THOSE_OF_THE_CONTRACT, "http://genesys.invalid", "jms:topic:guest.dead"),
            wrong(
                    RouteRule.QUEUES_ARE_THOSE_OF_THE_CONTRACT,
                    "- removeHeaders: { pattern: CamelHttp* }",
                    "- setHeader: { name: CamelJmsDestinationName, expression: { simple: { expression: \"${body}\" } } }"),
            wrong(RouteRule.WEBHOOKS_ARE_VERIFIED_BEFORE_ANYTHING_ELSE, "timer:tick", "platform-http:/webhooks/{org}"),
            wrong(RouteRule.LOG_LINES_TELL_NO_ONES_WORDS_AND_ARE_RARE, "it is ${variable.one}", "it is ${body}"),
            wrong(RouteRule.LOG_LINES_TELL_NO_ONES_WORDS_AND_ARE_RARE, "loggingLevel: WARN", "loggingLevel: INFO"));

    private static String filter(String step) {
        return "- filter: { expression: { simple: { expression: \"${variable.two}\" } }, steps: [ { "
                + step.substring(2) + " } ] }";
    }

    private static Arguments wrong(RouteRule rule, String good, String bad) {
        assertThat(GOOD).contains(good);
        return Arguments.of(rule, FILE, GOOD.replace(good, bad));
    }

    @ParameterizedTest
    @FieldSource("WRONG")
    void finds(RouteRule rule, String file, String yaml) {
        assertThat(rule.brokenIn(Routes.none().with(file, yaml))).isNotEmpty();
    }

    @Test
    void letsGoodRoutesBe() {
        Routes good = Routes.none().with(FILE, GOOD);
        assertThat(RouteRule.values())
                .allSatisfy(rule -> assertThat(rule.brokenIn(good)).isEmpty());
    }

    @Test
    void everyRuleHasSomethingThatBreaksIt() {
        EnumSet<RouteRule> shown = EnumSet.noneOf(RouteRule.class);
        WRONG.forEach(row -> shown.add((RouteRule) row.get()[0]));
        assertThat(Arrays.asList(RouteRule.values())).allMatch(shown::contains);
    }
}
