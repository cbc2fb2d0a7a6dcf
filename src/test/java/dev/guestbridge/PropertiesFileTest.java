package dev.guestbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guestbridge.PropertiesFile.Entry;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PropertiesFileTest {

    @TempDir
    Path folder;

    private Path file(String text) throws Exception {
        return Files.writeString(folder.resolve("x.properties"), text);
    }

    @Test
    void tellsTheLineOnWhichAKeyBegins() throws Exception {
        assertThat(PropertiesFile.read(file("# a comment \\\na = 1\n\n  b : 2\\\n   3\nc\na = 4")))
                .containsExactly(
                        new Entry(2, "a", "1"), new Entry(4, "b", "23"), new Entry(6, "c", ""), new Entry(7, "a", "4"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a=1\nb=2",
                "a\\ b = c\\u0041d\nx\\=y = z",
                "a = b\\\\\nc = d",
                "a = b\\\n# no comment\nc = d",
                "! comment\n\t\f a \t=\t b \n\n\n",
                "a = \\\n\\\n  b\r\nc = d\r\ne = f\\",
                "= value\n\\",
                ""
            })
    void readsAsJavaDoes(String text) throws Exception {
        Properties java = new Properties();
        java.load(new StringReader(text));
        Properties ours = new Properties();
        PropertiesFile.read(file(text)).forEach(entry -> ours.setProperty(entry.key(), entry.value()));
        assertThat(ours).isEqualTo(java);
    }

    @Test
    void aMarkThatEditorsBeginAFileWithIsNoPartOfTheFirstKey() throws Exception {
        assertThat(PropertiesFile.read(file("\uFEFFa = b")))
                .singleElement()
                .extracting(PropertiesFile.Entry::key)
                .isEqualTo("a");
    }

    @Test
    void namesTheLineThatCantBeRead() throws Exception {
        Path file = file("a = 1\nb = \\u12");
        assertThatThrownBy(() -> PropertiesFile.read(file))
                .isInstanceOfSatisfying(PropertiesFile.Unreadable.class, e -> assertThat(e.line())
                        .isEqualTo(2));
    }
}
