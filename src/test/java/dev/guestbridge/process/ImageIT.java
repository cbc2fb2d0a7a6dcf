package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The image that is built without a docker daemon: what is in it, and that this runs as it will be run. */
@Timeout(240)
class ImageIT {

    private static final Path IMAGE = Path.of("target/guestbridge-image.tar");
    private static final Path FOLDER = Path.of("target/processes/image").toAbsolutePath();
    private static final String HOME = "opt/guestbridge/";

    /** A file of a layer. */
    private record Layered(TarArchiveEntry entry, byte[] content) {

        String name() {
            return entry.getName();
        }
    }

    private static JsonNode config;
    private static List<List<Layered>> layers;

    @BeforeAll
    static void read() throws IOException {
        Map<String, byte[]> parts = new HashMap<>();
        try (InputStream file = Files.newInputStream(IMAGE)) {
            files(file).forEach(part -> parts.put(part.name(), part.content()));
        }
        ObjectMapper json = new ObjectMapper();
        JsonNode manifest = json.readTree(parts.get("manifest.json")).path(0);
        config = json.readTree(parts.get(manifest.path("Config").asText()));
        layers = new ArrayList<>();
        for (JsonNode layer : manifest.path("Layers")) {
            layers.add(files(new GZIPInputStream(new ByteArrayInputStream(parts.get(layer.asText())))));
        }
    }

    @AfterAll
    static void remove() {
        Installation.remove(FOLDER);
    }

    private static List<Layered> files(InputStream in) throws IOException {
        List<Layered> files = new ArrayList<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                files.add(new Layered(entry, tar.readAllBytes()));
            }
        }
        return files;
    }

    @Test
    void it_runs_the_launcher_as_nobody_in_particular() {
        JsonNode started = config.path("config");
        assertThat(started.path("Entrypoint")).hasToString("[\"/opt/guestbridge/bin/guestbridge\"]");
        assertThat(started.path("Cmd")).hasToString("[\"run\"]");
        assertThat(started.path("User").asText()).isEqualTo("10001:10001");
        assertThat(started.path("WorkingDir").asText()).isEqualTo("/opt/guestbridge");
        assertThat(started.path("ExposedPorts").fieldNames()).toIterable().containsExactly("8080/tcp");
        assertThat(started.path("Volumes").fieldNames()).toIterable().containsExactly("/opt/guestbridge/data");
        assertThat(started.path("Labels")
                        .path("org.opencontainers.image.version")
                        .asText())
                .isNotEmpty();
        assertThat(started.path("Env")).isEmpty();
    }

    @Test
    void what_changes_least_lies_lowest() {
        assertThat(layers).hasSize(3);
        assertThat(names(layers.get(0)))
                .hasSizeGreaterThan(100)
                .allMatch(name -> name.matches(HOME + "lib/[^/]+\\.jar"));
        assertThat(names(layers.get(1)))
                .contains(HOME + "config/application.properties", HOME + "routes/channels/whatsapp.camel.yaml")
                .allMatch(name -> name.matches(HOME + "(config|routes|samples)/.*"));
        assertThat(names(layers.get(2)))
                .containsExactlyInAnyOrder(
                        HOME + "bin/guestbridge",
                        HOME + "lib/guestbridge.jar",
                        HOME + "bom.json",
                        HOME + "THIRD-PARTY.txt",
                        HOME + "data/README");
    }

    @Test
    void it_is_roots_and_only_data_can_be_written_to() {
        assertThat(layers).allSatisfy(layer -> assertThat(layer).allSatisfy(file -> {
            assertThat(file.entry().getLongUserId() + ":" + file.entry().getLongGroupId())
                    .isEqualTo("0:0");
            boolean runs = file.name().equals(HOME + "bin/guestbridge");
            boolean data = file.name().equals(HOME + "data/");
            String mode = data ? "777" : runs || file.entry().isDirectory() ? "755" : "644";
            assertThat(Integer.toOctalString(file.entry().getMode() & 0777))
                    .as(file.name())
                    .isEqualTo(mode);
        }));
        assertThat(layers.get(2)).extracting(Layered::name).contains(HOME + "data/");
    }

    @Test
    void its_settings_are_those_shipped_and_hold_no_secret() throws IOException {
        for (Layered file : layers.get(1)) {
            if (!file.entry().isDirectory()) {
                assertThat(file.content())
                        .as(file.name())
                        .isEqualTo(Files.readAllBytes(Path.of(file.name().substring(HOME.length()))));
            }
        }
    }

    /** This machine's own files in place of a base image, as root alone may arrange them. */
    @Test
    void it_runs_as_a_stranger_on_a_root_that_cant_be_written_to() throws Exception {
        Path java = Path.of(System.getProperty("java.home")).toRealPath();
        assumeThat(java.startsWith("/opt")).isFalse();
        assumeThat(exit("unshare", "--mount", "true")).as("needs root").isZero();
        unpack();

        String confined =
                """
                mount --make-rprivate /
                mkdir root
                mount --bind / root
                mount --rbind /proc root/proc
                mount --rbind /dev root/dev
                mount -t tmpfs tmpfs root/opt
                mkdir root/opt/guestbridge
                mount --bind opt/guestbridge root/opt/guestbridge
                mount -o remount,ro,bind root/opt/guestbridge
                mount -o remount,ro root/opt
                mount -o remount,ro,bind root
                mount -t tmpfs -o mode=1777 tmpfs root/tmp
                mount -t tmpfs -o mode=777 tmpfs root/opt/guestbridge/data
                exec env -i PATH="$PATH" JAVA_HOME="$0" chroot --userspec=10001:10001 root \
                  sh -c '! touch /opt/guestbridge/config/x 2>&- && exec /opt/guestbridge/bin/guestbridge demo'
                """;
        assertThat(exit("unshare", "--mount", "bash", "-euc", confined, java.toString()))
                .as(Files.readString(FOLDER.resolve("said")))
                .isZero();
        assertThat(Files.readString(FOLDER.resolve("said"))).contains("the books balance");
    }

    private static int exit(String... command) throws Exception {
        Files.createDirectories(FOLDER);
        Process process = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(FOLDER.resolve("said").toFile())
                .start();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    private static void unpack() throws IOException {
        for (List<Layered> layer : layers) {
            for (Layered file : layer) {
                Path path = FOLDER.resolve(file.name());
                if (file.entry().isDirectory()) {
                    Files.createDirectories(path);
                } else {
                    Files.createDirectories(path.getParent());
                    Files.write(path, file.content());
                    if ((file.entry().getMode() & 1) != 0) {
                        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path);
                        mode.add(PosixFilePermission.OWNER_EXECUTE);
                        mode.add(PosixFilePermission.OTHERS_EXECUTE);
                        Files.setPosixFilePermissions(path, mode);
                    }
                }
            }
        }
    }

    private static Set<String> names(List<Layered> layer) {
        Set<String> names = new TreeSet<>();
        layer.stream().filter(file -> !file.entry().isDirectory()).forEach(file -> names.add(file.name()));
        return names;
    }
}
