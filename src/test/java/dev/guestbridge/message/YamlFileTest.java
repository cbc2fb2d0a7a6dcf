package dev.guestbridge.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlFileTest {

    private static final String TEXT =
            """
            # a comment
            - route:
                id: x
                parameters:
                  - { name: a, value: 1 }
                  - name: b
            - "k/e~y": no
            """;

    @TempDir
    Path folder;

    private YamlFile read(String text) throws Exception {
        return YamlFile.read(Files.writeString(folder.resolve("x.yaml"), text));
    }

    @ParameterizedTest
    @CsvSource({
        "'', 2, 1",
        "/0, 2, 3",
        "/0/route, 2, 3",
        "/0/route/id, 3, 5",
        "/0/route/parameters/0, 5, 9",
        "/0/route/parameters/0/value, 5, 20",
        "/0/route/parameters/1/name, 6, 9",
        "/0/route/parameters/1/value, 6, 9",
        "/0/route/parameters/7, 4, 5",
        "/1/k~1e~0y, 7, 3"
    })
    void tellsWhereAValueStandsOrWouldBelong(String pointer, int line, int column) throws Exception {
        YamlFile file = read(TEXT);
        assertThat(file.place(JsonPointer.compile(pointer))).isEqualTo(new Place(file.path(), line, column));
    }

    @Test
    void aWordIsNoTruthValue() throws Exception {
        assertThat(read(TEXT).tree().at("/1/k~1e~0y").textValue()).isEqualTo("no");
    }

    @ParameterizedTest
    @CsvSource({"'a: 1\nb: [', 2", "'a: 1\na: 2', 2", "'a: 1\n---\nb: 2', 2"})
    void namesTheLineThatIsNoYaml(String text, int line) {
        assertThatThrownBy(() -> read(text)).isInstanceOfSatisfying(YamlFile.Unreadable.class, e -> assertThat(e.line())
                .isBetween(line, line + 1));
    }

    @Test
    void anEmptyFileHoldsNothing() throws Exception {
        YamlFile file = read("# nothing\n");
        assertThat(file.tree().isMissingNode()).isTrue();
        assertThat(file.place(JsonPointer.compile("/0"))).isEqualTo(Place.of(file.path()));
    }
}
