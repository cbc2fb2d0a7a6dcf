package dev.guestbridge.check;

import dev.guestbridge.message.YamlFile;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** What can be known of routes without running them. */
public final class RouteCheck {

    private final CamelSchema schema = new CamelSchema();
    private final Components components = new Components();
    private final Values values;
    private final Map<String, Class<?>> bound;

    /**
     * @param values of the keys that routes may name in double braces
     * @param bound the types of the beans that are there before those of the files
     */
    public RouteCheck(Map<String, String> values, Map<String, Class<?>> bound) {
        this.values = new Values(values);
        this.bound = bound;
    }

    /**
     * All that is wrong with files that belong together.
     *
     * @param complete whether there are no others; else what is called but isn't there may be in one of those
     */
    public List<Finding> of(List<YamlFile> files, boolean complete) {
        List<Spot> spots =
                files.stream().flatMap(file -> Spot.of(file).stream()).toList();
        Beans beans = new Beans(spots, bound);
        Endpoints endpoints = new Endpoints(components, values, beans);
        Expressions expressions = new Expressions(values);
        Names names = new Names(spots);
        return Stream.of(
                        files.stream().flatMap(schema::findings),
                        spots.stream().flatMap(endpoints::findings),
                        spots.stream().flatMap(values::findings),
                        spots.stream().flatMap(expressions::findings),
                        spots.stream().filter(spot -> complete).flatMap(beans::findings),
                        spots.stream().filter(spot -> complete).flatMap(names::findings))
                .flatMap(Function.identity())
                .toList();
    }
}
