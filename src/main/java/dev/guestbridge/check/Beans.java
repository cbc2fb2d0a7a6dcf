package dev.guestbridge.check;

import dev.guestbridge.message.Spelling;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The beans that routes call, and whether they have the methods that are called. */
final class Beans {

    private static final Pattern REFERENCE = Pattern.compile("#bean:([^(?&]+)");
    private static final Pattern CLASS = Pattern.compile("#class:([^(#]+).*");
    private static final Set<String> MADE_OTHERWISE =
            Set.of("factoryMethod", "factoryBean", "builderClass", "builderMethod", "script", "scriptLanguage");
    private static final ClassLoader LIB = Beans.class.getClassLoader();

    private final Map<String, Class<?>> types = new HashMap<>();
    private final Map<String, Integer> definitions = new HashMap<>();

    Beans(List<Spot> spots, Map<String, Class<?>> bound) {
        types.putAll(bound);
        spots.stream().filter(Beans::isDefinition).forEach(bean -> {
            types.put(bean.text("name"), classOf(typeName(bean)).orElse(Object.class));
            if (!bean.isUnder("routeTemplate")) {
                definitions.merge(bean.text("name"), 1, Integer::sum);
            }
        });
    }

    boolean isKnown(String name) {
        return types.containsKey(name);
    }

    Stream<Finding> findings(Spot spot) {
        if (isDefinition(spot)) {
            return definition(spot);
        }
        String text = spot.node().isValueNode() ? spot.node().asText() : "";
        Matcher reference = REFERENCE.matcher(text);
        if (reference.matches()) {
            return reference(spot, reference.group(1));
        }
        Matcher type = CLASS.matcher(text);
        if (type.matches()) {
            return type(spot, type.group(1));
        }
        return switch (spot.key()) {
            case "bean", "method" -> spot.node().isObject() ? call(spot, "ref") : Stream.empty();
            case "process" -> spot.node().isObject() ? named(spot, "ref") : Stream.empty();
            case "routePolicy" -> Arrays.stream(text.split(",")).flatMap(name -> reference(spot, name.strip()));
            case "uri" -> called(spot, text);
            case "exception" -> exception(spot);
            default -> Stream.empty();
        };
    }

    private static boolean isDefinition(Spot spot) {
        return spot.key().equals("beans")
                && spot.node().isObject()
                && spot.node().has("name");
    }

    private static String typeName(Spot bean) {
        String type = bean.text("type").strip();
        Matcher written = CLASS.matcher(type);
        return written.matches() ? written.group(1) : type;
    }

    private static Optional<Class<?>> classOf(String name) {
        try {
            return Optional.of(Class.forName(name, false, LIB));
        } catch (ClassNotFoundException | LinkageError e) {
            return Optional.empty();
        }
    }

    private Stream<Finding> definition(Spot bean) {
        String name = bean.text("name");
        if (definitions.getOrDefault(name, 0) > 1) {
            return Stream.of(bean.child("name").error("the bean '" + name + "' is defined more than once"));
        }
        if (bean.node().properties().stream().anyMatch(entry -> MADE_OTHERWISE.contains(entry.getKey()))) {
            return Stream.empty();
        }
        Optional<Class<?>> type = classOf(typeName(bean));
        return type.isEmpty()
                ? type(bean.child("type"), typeName(bean))
                : Stream.concat(constructors(bean, type.get()), properties(bean, type.get()));
    }

    private static Stream<Finding> constructors(Spot bean, Class<?> type) {
        int given = bean.node().path("constructors").size();
        Set<Integer> taken = Arrays.stream(type.getConstructors())
                .map(Executable::getParameterCount)
                .collect(Collectors.toCollection(TreeSet::new));
        if (taken.isEmpty()) {
            return Stream.of(bean.child("type")
                    .error("the class of the bean '" + bean.text("name") + "' has no public constructor"));
        }
        return taken.contains(given)
                ? Stream.empty()
                : Stream.of(bean.child("constructors")
                        .error("the class of the bean '" + bean.text("name") + "' is made with " + counts(taken)
                                + ", not " + given));
    }

    private static Stream<Finding> properties(Spot bean, Class<?> type) {
        Set<String> known = Arrays.stream(type.getMethods())
                .map(Method::getName)
                .filter(method -> method.matches("(get|set|is)[A-Z].*"))
                .map(method -> method.replaceFirst("^(get|set|is)", ""))
                .map(method -> Character.toLowerCase(method.charAt(0)) + method.substring(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Spot properties = bean.child("properties");
        return properties.node().properties().stream()
                .map(entry -> entry.getKey())
                .filter(key -> known.stream()
                        .map(Component::flat)
                        .noneMatch(Component.flat(key.replaceFirst("[.\\[].*", ""))::equals))
                .map(key -> properties
                        .child(key)
                        .error("the class of the bean '" + bean.text("name") + "' has no property '" + key + "'"
                                + Spelling.hint(key, known)));
    }

    private Stream<Finding> reference(Spot spot, String name) {
        return name.contains("{") || types.containsKey(name)
                ? Stream.empty()
                : Stream.of(spot.error("there is no bean '" + name + "'" + Spelling.hint(name, types.keySet())));
    }

    private static Stream<Finding> type(Spot spot, String name) {
        return name.contains("{") || classOf(name).isPresent()
                ? Stream.empty()
                : Stream.of(spot.error("there is no class '" + name + "' in lib/"
                        + (spot.file().path().getParent().endsWith("buses")
                                ? " or routes/buses/lib/; docs/operations.md, 'Another bus', says how its client gets there"
                                : "")));
    }

    private static Stream<Finding> exception(Spot spot) {
        return spot.node().isTextual() ? type(spot, spot.node().asText()) : Stream.empty();
    }

    private Stream<Finding> named(Spot step, String key) {
        return step.node().has(key) ? reference(step.child(key), step.text(key)) : Stream.empty();
    }

    private Stream<Finding> call(Spot step, String key) {
        if (step.node().has("beanType")) {
            return type(step.child("beanType"), step.text("beanType"));
        }
        return types.containsKey(step.text(key))
                ? method(step.child("method"), step.text(key), step.text("method"))
                : named(step, key);
    }

    // designers write bean alone, and its name among the parameters
    private Stream<Finding> called(Spot uri, String address) {
        boolean alone = address.equals("bean");
        if (!alone && !address.startsWith("bean:")) {
            return Stream.empty();
        }
        Spot step = new Spot(
                uri.file(),
                uri.at().head(),
                uri.keys().subList(0, uri.keys().size() - 1),
                uri.file().tree().at(uri.at().head()));
        Spot parameters = step.child("parameters");
        String name = alone
                ? parameters.text("beanName")
                : address.substring("bean:".length()).replaceFirst("\\?.*", "");
        return types.containsKey(name)
                ? method(parameters.child("method"), name, parameters.text("method"))
                : reference(alone && !name.isEmpty() ? parameters.child("beanName") : uri, name);
    }

    private Stream<Finding> method(Spot spot, String bean, String call) {
        Class<?> type = types.get(bean);
        String method = call.replaceFirst("(?s)\\(.*", "").strip();
        if (method.isEmpty() || method.contains("{") || type == Object.class) {
            return Stream.empty();
        }
        List<Method> methods = Arrays.stream(type.getMethods())
                .filter(each -> isCalledBy(each.getName(), method))
                .toList();
        if (methods.isEmpty()) {
            Set<String> names = Arrays.stream(type.getMethods())
                    .filter(each -> each.getDeclaringClass() != Object.class)
                    .map(Method::getName)
                    .collect(Collectors.toSet());
            return Stream.of(spot.error(
                    "the bean '" + bean + "' has no method '" + method + "'" + Spelling.hint(method, names)));
        }
        int given = Arguments.count(call);
        Set<Integer> taken =
                methods.stream().map(Method::getParameterCount).collect(Collectors.toCollection(TreeSet::new));
        return given < 0 || taken.contains(given) || methods.stream().anyMatch(Method::isVarArgs)
                ? Stream.empty()
                : Stream.of(spot.error("the method '" + method + "' of the bean '" + bean + "' takes " + counts(taken)
                        + ", not " + given));
    }

    // Camel takes isX and getX for x too
    private static boolean isCalledBy(String name, String written) {
        String capital = Character.toUpperCase(written.charAt(0)) + written.substring(1);
        return name.equals(written) || name.equals("get" + capital) || name.equals("is" + capital);
    }

    private static String counts(Set<Integer> counts) {
        String all = counts.stream().map(String::valueOf).collect(Collectors.joining(" or "));
        return all + (all.equals("1") ? " value" : " values");
    }
}
