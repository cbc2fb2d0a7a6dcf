package dev.guestbridge.style;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Camel takes {@code isX} and {@code getX} for {@code x} too: with both in one class a route calls either, by chance. */
class RouteNamesTest {

    @Test
    void noClassHasTwoMethodsThatARouteCanTakeForEachOther() {
        List<String> pairs = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.guestbridge")
                        .stream()
                        .filter(type -> !type.getPackageName().endsWith(".simulator"))
                        .flatMap(type -> pairs(type).stream())
                        .toList();
        assertThat(pairs).isEmpty();
    }

    private static List<String> pairs(JavaClass type) {
        Set<String> names = type.getMethods().stream()
                .filter(method -> method.getModifiers().contains(com.tngtech.archunit.core.domain.JavaModifier.PUBLIC))
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
