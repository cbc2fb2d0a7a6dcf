package dev.guestbridge.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.message.Spelling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The names by which routes call each other, and whether somebody bears them. */
final class Names {

    private static final String DIRECT = "direct:";

    private final Map<String, List<Spot>> ids = new TreeMap<>();
    private final Map<String, List<Spot>> served = new TreeMap<>();
    private final Map<String, List<Spot>> configurations = new TreeMap<>();
    private final Map<String, Spot> templates = new HashMap<>();

    Names(List<Spot> spots) {
        for (Spot spot : spots) {
            switch (spot.key()) {
                case "route" -> note(ids, spot.child("id"), spot.text("id"));
                case "templatedRoute" -> note(ids, spot.child("routeId"), spot.text("routeId"));
                case "routeConfiguration" -> note(configurations, spot.child("id"), spot.text("id"));
                case "routeTemplate" -> templates.put(spot.text("id"), spot);
                case "from" -> note(served, spot.child("uri"), address(spot.child("uri")));
                default -> {}
            }
        }
    }

    private static void note(Map<String, List<Spot>> where, Spot named, String name) {
        if (!name.isEmpty()) {
            where.computeIfAbsent(name, same -> new ArrayList<>()).add(named);
        }
    }

    // designers write direct alone, and the name among the parameters
    private static String address(Spot uri) {
        String text = uri.node().asText();
        JsonNode name = uri.file().tree().at(uri.at().head()).path("parameters").path("name");
        return text.equals("direct") ? DIRECT + name.asText() : text;
    }

    Stream<Finding> findings(Spot spot) {
        String text = spot.node().asText();
        return switch (spot.key()) {
            case "id" -> spot.key(1).equals("route") ? taken(ids, spot, text, "id of another route") : Stream.empty();
            case "routeId" ->
                spot.key(1).equals("templatedRoute") ? taken(ids, spot, text, "id of another route") : Stream.empty();
            case "uri" -> {
                String address = address(spot);
                yield address.startsWith(DIRECT) && !address.contains("{") ? direct(spot, address) : Stream.empty();
            }
            case "routeConfigurationId" -> unknown(configurations.keySet(), spot, "routeConfiguration");
            case "templatedRoute" -> template(spot);
            default -> Stream.empty();
        };
    }

    private Stream<Finding> direct(Spot spot, String address) {
        if (spot.key(1).equals("from")) {
            return taken(served, spot, address, "address of another route");
        }
        String name = address.replaceFirst("\\?.*", "");
        Set<String> known = new TreeSet<>();
        served.keySet().stream().filter(each -> each.startsWith(DIRECT)).forEach(known::add);
        return known.contains(name)
                ? Stream.empty()
                : Stream.of(spot.error("no route is at " + name + Spelling.hint(name, known)));
    }

    private static Stream<Finding> taken(Map<String, List<Spot>> all, Spot spot, String name, String as) {
        Spot first = all.getOrDefault(name, List.of(spot)).get(0);
        return first.at().equals(spot.at()) && first.file() == spot.file()
                ? Stream.empty()
                : Stream.of(spot.error("'" + name + "' is the " + as + ", in "
                        + first.file().path().getFileName() + ", line "
                        + first.file().place(first.at()).line()));
    }

    private static Stream<Finding> unknown(Set<String> known, Spot spot, String kind) {
        String name = spot.node().asText();
        return known.contains(name)
                ? Stream.empty()
                : Stream.of(spot.error("there is no " + kind + " '" + name + "'" + Spelling.hint(name, known)));
    }

    private Stream<Finding> template(Spot spot) {
        Spot template = templates.get(spot.text("routeTemplateRef"));
        if (template == null) {
            return unknown(templates.keySet(), spot.child("routeTemplateRef"), "routeTemplate");
        }
        Map<String, Boolean> needed = new TreeMap<>();
        template.child("parameters")
                .items()
                .forEach(parameter -> needed.put(
                        parameter.text("name"),
                        parameter.node().path("required").asBoolean(true)
                                && !parameter.node().has("defaultValue")));
        Set<String> given = new TreeSet<>();
        List<Finding> findings = new ArrayList<>();
        spot.child("parameters").items().forEach(parameter -> {
            String name = parameter.text("name");
            given.add(name);
            if (!needed.containsKey(name)) {
                findings.add(parameter.error("the template " + template.text("id") + " has no parameter '" + name + "'"
                        + Spelling.hint(name, needed.keySet())));
            }
        });
        needed.forEach((name, must) -> {
            if (must && !given.contains(name)) {
                findings.add(spot.child("parameters")
                        .error("the template " + template.text("id") + " needs the parameter '" + name + "'"));
            }
        });
        return findings.stream();
    }
}
