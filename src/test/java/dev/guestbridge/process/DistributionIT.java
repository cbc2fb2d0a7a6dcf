package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guestbridge.process.Installation.Running;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is shipped runs where it is unpacked, beside no sources and without Maven, and says what it is made of. */
@Timeout(360)
class DistributionIT {

    private static final Path TARGET = Path.of("target").toAbsolutePath();

    @TempDir
    private static Path folder;

    private static Path shipped;
    private static Path installed;
    private static List<TarArchiveEntry> entries;

    @BeforeAll
    static void unpack() throws Exception {
        try (Stream<Path> files = Files.list(TARGET)) {
            shipped = files.filter(file -> file.toString().endsWith(".tar.gz"))
                    .collect(Collectors.collectingAndThen(Collectors.toList(), DistributionIT::only));
        }
        entries = entries(shipped);
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThat(said("tar", "-xzf", shipped.toString(), "-C", empty.toString()))
                .isEmpty();
        try (Stream<Path> unpacked = Files.list(empty)) {
            installed = unpacked.collect(Collectors.collectingAndThen(Collectors.toList(), DistributionIT::only));
        }
    }

    @Test
    void it_bears_no_trace_of_who_built_it_or_when() throws Exception {
        Instant told = Instant.parse(pom("project.build.outputTimestamp"));

        assertThat(entries).isNotEmpty().allSatisfy(entry -> {
            assertThat(entry.getName()).startsWith(installed.getFileName() + "/");
            assertThat(entry.getLongUserId() + ":" + entry.getUserName()).isEqualTo("0:root");
            assertThat(entry.getLongGroupId() + ":" + entry.getGroupName()).isEqualTo("0:root");
            assertThat(entry.getLastModifiedDate().toInstant()).isEqualTo(told);
            if (entry.isSymbolicLink()) {
                assertThat(folder.resolve("empty").resolve(entry.getName())).isRegularFile();
            } else {
                boolean runs = entry.isDirectory() || entry.getName().endsWith("/bin/guestbridge");
                assertThat(Integer.toOctalString(entry.getMode() & 0777))
                        .as(entry.getName())
                        .isEqualTo(runs ? "755" : "644");
            }
        });
        assertThat(installed.getFileName()).hasToString("guestbridge-" + pom("version"));
    }

    @Test
    void what_an_operator_needs_is_there() {
        assertThat(List.of(
                        "LICENSE",
                        "THIRD-PARTY.txt",
                        "bom.json",
                        "README.md",
                        "CHANGELOG.md",
                        "SECURITY.md",
                        "config/application.properties",
                        "config/error-classes.yaml",
                        "routes/channels/whatsapp.camel.yaml",
                        "samples/whatsapp.jsonl",
                        "docs/operations.md",
                        "docs/runbook.md",
                        "docs/upgrade.md",
                        "deploy/systemd/guestbridge.service",
                        "docker/prometheus/rules.yml",
                        "docker/grafana/guestbridge.json"))
                .allSatisfy(file -> assertThat(installed.resolve(file)).isRegularFile());
    }

    @Test
    void what_its_pages_link_to_is_there() throws Exception {
        Pattern link = Pattern.compile("]\\((?![a-z]+:)([^)#\\s]+)");
        try (Stream<Path> files = Files.walk(installed, 2)) {
            for (Path page :
                    files.filter(file -> file.toString().endsWith(".md")).toList()) {
                assertThat(link.matcher(Files.readString(page)).results().map(found -> found.group(1)))
                        .as("links of " + page)
                        .allSatisfy(to -> assertThat(page.resolveSibling(to)).exists());
            }
        }
    }

    @Test
    void the_bill_of_materials_names_each_jar_its_digest_and_its_terms() throws Exception {
        Map<String, JsonNode> named = new HashMap<>();
        JsonNode bill =
                new ObjectMapper().readTree(installed.resolve("bom.json").toFile());
        bill.path("components")
                .forEach(part -> named.put(
                        part.path("name").asText() + "-" + part.path("version").asText(), part));

        Set<String> jars = new TreeSet<>();
        for (Path jar : jars()) {
            String file = jar.getFileName().toString();
            // a jar with a classifier bears it after the version
            String name = named.keySet().stream()
                    .filter(each -> file.equals(each + ".jar") || file.startsWith(each + "-"))
                    .findFirst()
                    .orElse(file);
            assertThat(named).as("bom.json").containsKey(name);
            jars.add(name);
            if (file.equals(name + ".jar")) {
                assertThat(named.get(name).path("hashes")).as(name).anySatisfy(hash -> assertThat(
                                hash.path("content").asText())
                        .isEqualTo(sha256(jar)));
            }
            assertThat(named.get(name).path("licenses")).as("terms of " + name).isNotEmpty();
        }
        assertThat(named.keySet()).containsExactlyInAnyOrderElementsOf(jars);
    }

    @Test
    void the_notice_names_each_jar_and_terms_that_were_looked_at() throws Exception {
        String notice = Files.readString(installed.resolve("THIRD-PARTY.txt"));

        for (Path jar : jars()) {
            String artifact = jar.getFileName().toString().replaceFirst("-\\d.*", "");
            assertThat(notice).contains(":" + artifact + ":");
        }
        assertThat(notice.lines().filter(line -> line.startsWith("     (")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).doesNotContain("Unknown license"));
    }

    @Test
    void systemd_takes_the_unit_and_finds_it_well_confined() throws Exception {
        assumeThat(Stream.of(System.getenv("PATH").split(":")))
                .as("systemd-analyze isn't here")
                .anyMatch(path -> Files.isExecutable(Path.of(path, "systemd-analyze")));
        Path unit = folder.resolve("guestbridge.service");
        Files.writeString(
                unit,
                Files.readString(installed.resolve("deploy/systemd/guestbridge.service"))
                        .replace("/opt/guestbridge", installed.toString()));

        assertThat(said("systemd-analyze", "verify", "--man=no", unit.toString()))
                .isEmpty();
        // of 100: 13 with 252; a service without any confinement has 96
        said("systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", unit.toString());
    }

    @Test
    void it_runs_and_an_archive_makes_its_starts_quick() throws Exception {
        assertThat(fromArchive()).isFalse();

        launch("archive"); // which plays the demo, and fails when that does
        assertThat(archive()).hasSize(1);
        assertThat(fromArchive()).isTrue();

        runAsAService();

        Files.setLastModifiedTime(
                installed.resolve("lib/guestbridge.jar"),
                FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(fromArchive()).isFalse();

        Files.setLastModifiedTime(archive().get(0), FileTime.from(Instant.now().plusSeconds(120)));
        assertThat(fromArchive()).isFalse(); // the JVM has noticed
    }

    /** The program in one place, settings in another, data in a third; and channels as Kubernetes lays them. */
    private static void runAsAService() throws Exception {
        Path data = folder.resolve("var");
        try (Installation installation = new Installation("DistributionIT", installed)) {
            asOfAConfigMap(installation.home().resolve("routes/channels"));
            Running bridge = installation.with("GUESTBRIDGE_DATA", data).bridge();
            assertThat(data).isDirectoryContaining(file -> file.endsWith("store.db"));
            assertThat(installation.home().resolve("data")).doesNotExist();
            Running check = installation.start("check");
            assertThat(check.exitWithin(Duration.ofSeconds(60)))
                    .as(check.stdout())
                    .isZero();
            bridge.sigterm();
            assertThat(bridge.exitWithin(Duration.ofSeconds(30))).isZero();
        }
        assertThat(installed.resolve("data")).doesNotExist();
    }

    /** Each file's name links to one in a folder that changes, {@code ..data}, which links to one of the moment. */
    private static void asOfAConfigMap(Path folder) throws IOException {
        Path moment = Files.createDirectory(folder.resolve("..2026_11_21_18_00_00.1234567"));
        Files.createSymbolicLink(folder.resolve("..data"), moment.getFileName());
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.move(file, moment.resolve(file.getFileName()));
                Files.createSymbolicLink(file, Path.of("..data").resolve(file.getFileName()));
            }
        }
    }

    private static List<Path> jars() throws IOException {
        try (Stream<Path> files = Files.list(installed.resolve("lib"))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .filter(file -> !file.endsWith("guestbridge.jar"))
                    .toList();
        }
    }

    private static List<Path> archive() throws IOException {
        try (Stream<Path> files = Files.list(installed.resolve("lib"))) {
            return files.filter(file -> !file.toString().endsWith(".jar")).toList();
        }
    }

    /** Starts it, and tells where the JVM had the bridge's own classes from. */
    private static boolean fromArchive() throws Exception {
        launch("--version");
        return Files.readAllLines(folder.resolve("classes")).stream()
                .filter(line -> line.contains(" dev.guestbridge.cli.Guestbridge source:"))
                .findFirst()
                .orElseThrow()
                .contains("shared objects file");
    }

    /** Lets the launcher do this in the folder it lies in, without a fault, and returns what it said. */
    private static String launch(String command) throws Exception {
        return said(installed.resolve("bin/guestbridge").toString(), command);
    }

    private static String said(String... command) throws Exception {
        Path out = folder.resolve("said");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(!command[0].endsWith("guestbridge"))
                .redirectOutput(out.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(GUESTBRIDGE|GENESYS|BROKER|STORE|LOG)_.*"));
        builder.environment()
                .put("GUESTBRIDGE_JAVA_OPTS", "-Xmx512m -Xlog:class+load:file=" + folder.resolve("classes"));
        if (!builder.redirectErrorStream()) {
            builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        }
        Process process = builder.start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        String said = Files.readString(out);
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    private static List<TarArchiveEntry> entries(Path file) throws IOException {
        List<TarArchiveEntry> entries = new ArrayList<>();
        try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
                TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(bytes))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                entries.add(entry);
            }
        }
        return entries;
    }

    private static Path only(List<Path> files) {
        assertThat(files).hasSize(1);
        return files.get(0);
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    /** What the pom's property of this name says, or its own element. */
    private static String pom(String element) throws IOException {
        return Files.readAllLines(Path.of("pom.xml")).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("<" + element + ">"))
                .findFirst()
                .orElseThrow()
                .replaceAll("<[^>]*>", "");
    }
}
