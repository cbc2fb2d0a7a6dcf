package dev.guestbridge.style;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RouteNamesTest {

    private static final Path ROUTES = Path.of("routes");
    private static final Pattern CALL = Pattern.compile("(?:ref: |uri: bean:)(\\w+)[^\"]*?method: \"?(\\w+)\\(");

    private static final List<JavaClass> OURS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.guestbridge").stream()
                    .filter(type -> !type.getPackageName().endsWith(".simulator"))
                    .toList();

    /** Camel takes {@code isX} and {@code getX} for {@code x} too: with both in one class a route calls either, by chance. */
    @Test
    void noClassHasTwoMethodsThatARouteCanTakeForEachOther() {
        assertThat(OURS.stream().flatMap(type -> pairs(type).stream())).isEmpty();
    }

    /** Camel would look for the one that is meant at each call, by its arguments; only private ones aren't looked at. */
    @Test
    void whatARouteCallsHasNoNamesake() throws IOException {
        Set<String> called = called();
        assertThat(called).contains("ledger.look", "threads.find", "lanes.acknowledge");
        Map<String, Long> methods = OURS.stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> !method.getModifiers().contains(JavaModifier.PRIVATE)
                        && !method.getModifiers().contains(JavaModifier.SYNTHETIC))
                .collect(Collectors.groupingBy(
                        method -> method.getOwner().getPackageName() + " " + call(method), Collectors.counting()));
        methods.values().removeIf(number -> number == 1);
        methods.keySet().removeIf(method -> !called.contains(method.replaceFirst(".* ", "")));
        assertThat(methods).isEmpty();
    }

    private static String call(JavaMethod method) {
        String type = method.getOwner().getSimpleName();
        return type.isEmpty()
                ? method.getName()
                : Character.toLowerCase(type.charAt(0)) + type.substring(1) + "." + method.getName();
    }

    private static Set<String> called() throws IOException {
        Set<String> called = new TreeSet<>();
        try (Stream<Path> files = Files.list(ROUTES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                CALL.matcher(Files.readString(file))
                        .results()
                        .forEach(call -> called.add(call.group(1) + "." + call.group(2)));
            }
        }
        return called;
    }

    private static List<String> pairs(JavaClass type) {
        Set<String> names = type.getMethods().stream()
                .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                .map(JavaMethod::getName)
                .collect(Collectors.toSet());
        return names.stream()
                .filter(name -> name.matches("(is|get)[A-Z].*"))
                .map(name -> name.replaceFirst("^(is|get)", ""))
                .map(name -> Character.toLowerCase(name.charAt(0)) + name.substring(1))
                .filter(names::contains)
                .map(name -> type.getName() + "." + name)
                .toList();
    }
}
