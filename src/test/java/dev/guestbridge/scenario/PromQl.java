package dev.guestbridge.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a PromQL expression asks for; just enough of the language to find its names.
 *
 * @param groupedBy the labels by which it groups or joins
 */
record PromQl(List<Selector> selectors, Set<String> groupedBy) {

    private static final Pattern TOKEN =
            Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|\\[[^]]*]|\\d[\\w.]*|[a-zA-Z_:][\\w:]*|[=!]~|[=!<>]=|[^\\s]");
    private static final Set<String> WORDS =
            Set.of("and", "or", "unless", "bool", "offset", "Inf", "NaN", "inf", "nan");
    private static final Set<String> GROUPING = Set.of("by", "without", "on", "ignoring", "group_left", "group_right");

    /** One metric, and what is asked of its labels. */
    record Selector(String metric, List<Condition> conditions) {

        /** The labels that it needs. */
        Set<String> labels() {
            return conditions.stream().map(Condition::label).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** @param operator =, !=, =~ or !~ */
    record Condition(String label, String operator, String value) {}

    static PromQl of(String expression) {
        List<String> tokens =
                TOKEN.matcher(expression).results().map(MatchResult::group).toList();
        List<Selector> selectors = new ArrayList<>();
        Set<String> groupedBy = new TreeSet<>();
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            String next = i + 1 < tokens.size() ? tokens.get(i + 1) : "";
            if (GROUPING.contains(token)) {
                int end = next.equals("(") ? tokens.subList(i, tokens.size()).indexOf(")") + i : i;
                tokens.subList(i, end).stream().filter(PromQl::isName).skip(1).forEach(groupedBy::add);
                i = end;
            } else if (token.equals("{")) {
                int end = tokens.subList(i, tokens.size()).indexOf("}") + i;
                for (; i + 3 <= end; i += 4) {
                    String value = tokens.get(i + 3);
                    selectors
                            .get(selectors.size() - 1)
                            .conditions()
                            .add(new Condition(
                                    tokens.get(i + 1), tokens.get(i + 2), value.substring(1, value.length() - 1)));
                }
                i = end;
            } else if (isName(token) && !WORDS.contains(token) && !next.equals("(") && !GROUPING.contains(next)) {
                selectors.add(new Selector(token, new ArrayList<>()));
            }
        }
        return new PromQl(selectors, groupedBy);
    }

    private static boolean isName(String token) {
        return Character.isLetter(token.charAt(0)) || token.charAt(0) == '_';
    }
}
