package dev.guestbridge.style;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The clients that operators and integrators are told to fetch are those that are tested here. */
class BusClientsTest {

    @ParameterizedTest
    @CsvSource({
        "<camel.version>, <camel.version>",
        "<qpid-jms.version>, <artifactId>qpid-jms-client</artifactId>\\s*<version>",
        "<kafka.version>, <artifactId>kafka_2.13</artifactId>\\s*<version>",
        "<camel-spring-rabbitmq.version>, <artifactId>camel-spring-rabbitmq</artifactId>\\s*<version>",
        "<spring-rabbit.version>, <artifactId>spring-rabbit</artifactId>\\s*<version>"
    })
    void areOfTheSameVersion(String there, String here) throws IOException {
        assertThat(after(there, Path.of("samples/buses/pom.xml"))).isEqualTo(after(here, Path.of("pom.xml")));
    }

    @ParameterizedTest
    @CsvSource({
        "<qpid-jms.version>, <artifactId>qpid-jms-client</artifactId>\\s*<version>",
        "<jackson.version>, <jackson.version>"
    })
    void thoseOfTheSampleGuestToo(String there, String here) throws IOException {
        assertThat(after(there, Path.of("samples/clients/java/pom.xml"))).isEqualTo(after(here, Path.of("pom.xml")));
    }

    private static String after(String regex, Path file) throws IOException {
        Matcher found = Pattern.compile(regex + "([^<]+)<").matcher(Files.readString(file));
        assertThat(found.find()).as(regex).isTrue();
        return found.group(1);
    }
}
