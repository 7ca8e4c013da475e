// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.platform.doctor.sample.Lamp;
import io.callgate.platform.doctor.sample.parts.Broken;
import io.callgate.platform.doctor.sample.parts.Light;
import io.callgate.platform.doctor.sample.parts.PlainLamp;
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** The bundle in a real framework, asked through Gogo, with small bundles for every kind of answer. */
class FrameworkTest {

    private static final long DEADLINE_MILLIS = 20_000;
    private static final String LAMP = Lamp.class.getName();
    private static final String SAMPLE_PACKAGE = Lamp.class.getPackageName();
    private static final String WANTS_LAMP = "<reference name=\"lamp\" interface=\"" + LAMP + "\" parameter=\"0\"";
    private static final String OFFERS_LAMP = "<service><provide interface=\"" + LAMP + "\"/></service>";
    private static final String REQUIRED = "configuration-policy=\"require\"";

    @TempDir
    static Path cache;

    private static Framework framework;
    private static BundleContext context;

    private final List<Bundle> bundles = new ArrayList<>();
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final List<Configuration> configurations = new ArrayList<>();

    @BeforeAll
    static void boot() throws Exception {
        framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        cache.resolve("felix").toString(),
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        "io.callgate.resource;version=0.1.0,io.callgate.platform;version=0.1.0,org.osgi.service.cm;version=1.6.1,"
                                + "org.apache.felix.service.command;version=1.0.0," + SAMPLE_PACKAGE
                                + ";version=1.0.0",
                        "callgate.version",
                        "0.1.0",
                        "callgate.data",
                        cache.resolve("data").toString(),
                        "callgate.start.nanos",
                        Long.toString(System.nanoTime()),
                        "felix.log.level",
                        "1",
                        "ds.loglevel",
                        "0"));
        framework.init();
        context = framework.getBundleContext();
        List<Bundle> installed = new ArrayList<>();
        for (String jar : List.of(
                "org.osgi.util.function",
                "org.osgi.util.promise",
                "org.osgi.service.component-",
                "org.osgi.service.log",
                "jakarta.json-",
                "org.apache.felix.configadmin",
                "org.apache.felix.scr",
                "org.apache.felix.gogo.runtime")) {
            installed.add(context.installBundle("reference:" + jar(jar).toUri()));
        }
        installed.add(context.installBundle(
                "reference:" + Path.of("target/classes").toAbsolutePath().toUri()));
        framework.start();
        for (Bundle bundle : installed) {
            bundle.start();
        }
    }

    private static Path jar(String name) {
        return Stream.of(System.getProperty("java.class.path").split(":"))
                .map(Path::of)
                .filter(path -> path.getFileName().toString().startsWith(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + name + " on the class path"));
    }

    @AfterAll
    static void stop() throws Exception {
        framework.stop();
        framework.waitForStop(DEADLINE_MILLIS);
    }

    @AfterEach
    void takeAway() throws Exception {
        registrations.forEach(ServiceRegistration::unregister);
        for (Configuration configuration : configurations) {
            configuration.delete();
        }
        for (Bundle bundle : bundles) {
            bundle.uninstall();
        }
    }

    private static <T> T service(Class<T> type) throws InterruptedException {
        ServiceTracker<T, T> tracker = new ServiceTracker<>(context, type, null);
        tracker.open();
        try {
            assertThat(tracker.waitForService(DEADLINE_MILLIS))
                    .as(type.getName())
                    .isNotNull();
            return context.getService(tracker.getServiceReference());
        } finally {
            tracker.close();
        }
    }

    private static String gogo(String line) throws Exception {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
        try (CommandSession session = service(CommandProcessor.class)
                .createSession(new ByteArrayInputStream(new byte[0]), nowhere, nowhere)) {
            return String.valueOf(session.execute(line));
        }
    }

    private static String why(String name) throws Exception {
        String answer = gogo("why " + name);
        assertThat(answer.lines()).as("one line").hasSize(1);
        return answer;
    }

    private Bundle install(SampleBundle sample) throws Exception {
        Bundle bundle = sample.install(context);
        bundles.add(bundle);
        return bundle;
    }

    private Bundle start(SampleBundle sample) throws Exception {
        Bundle bundle = install(sample.header("Import-Package", SAMPLE_PACKAGE));
        bundle.start();
        return bundle;
    }

    private Bundle light(String target) throws Exception {
        String attribute = target.isEmpty() ? "" : " target=\"" + target + "\"";
        return start(new SampleBundle("sample.light")
                .component(
                        "sample.light.Light",
                        Light.class,
                        "immediate=\"true\" init=\"1\"",
                        WANTS_LAMP + attribute + "/>"));
    }

    private SampleBundle lamp(String attributes, String content) throws Exception {
        return new SampleBundle("sample.lamp")
                .component("sample.lamp.PlainLamp", PlainLamp.class, attributes, OFFERS_LAMP + content);
    }

    private void resource(String name, ResourceState state, String reason) {
        ResourceStatus status = new ResourceStatus() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String pid() {
                return "sample.output~" + name;
            }

            @Override
            public ResourceState state() {
                return state;
            }

            @Override
            public String reason() {
                return reason;
            }

            @Override
            public Instant since() {
                return Instant.EPOCH;
            }
        };
        registrations.add(
                context.registerService(ResourceStatus.class, status, properties(Map.of(ResourceStatus.NAME, name))));
    }

    private void refuses(String name, String line) {
        Function<String, String> refusal = asked -> asked.equals(name) ? line : null;
        registrations.add(
                context.registerService(Function.class, refusal, properties(Map.of("callgate.why", "config"))));
    }

    private void knows(String name, String line) {
        Function<String, String> knower = asked -> asked.equals(name) ? line : null;
        registrations.add(
                context.registerService(Function.class, knower, properties(Map.of("callgate.known", "deploy"))));
    }

    private void configure(String pid) throws Exception {
        int tilde = pid.indexOf('~');
        ConfigurationAdmin admin = service(ConfigurationAdmin.class);
        Configuration configuration = tilde < 0
                ? admin.getConfiguration(pid, "?")
                : admin.getFactoryConfiguration(pid.substring(0, tilde), pid.substring(tilde + 1), "?");
        configuration.update(properties(Map.of("line", "LED")));
        configurations.add(configuration);
    }

    private static Dictionary<String, Object> properties(Map<String, ?> map) {
        return new Hashtable<>(map);
    }

    @Test
    void aServiceThatIsThereIsLiveWithItsUsers() throws Exception {
        Bundle lamp = start(lamp("", "<property name=\"callgate.name\" value=\"lamp\"/>"));
        Bundle light = light("(callgate.name=lamp)");
        assertThat(why("lamp"))
                .matches("lamp is live: registered by sample\\.lamp \\(" + lamp.getBundleId()
                        + "\\) since \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d, used by sample\\.light \\("
                        + light.getBundleId() + "\\)");
        assertThat(why(LAMP)).startsWith(LAMP + " is live: registered by sample.lamp");
        assertThat(why("Lamp")).startsWith("Lamp is live: registered by sample.lamp");
        assertThat(why("sample.lamp.PlainLamp")).startsWith("sample.lamp.PlainLamp is live: registered by sample.lamp");
        assertThat(why("sample.light.Light"))
                .isEqualTo("sample.light.Light is live: active in sample.light (" + light.getBundleId() + ")");
        assertThat(why("sample.lamp"))
                .isEqualTo("sample.lamp is live: version 0.0.0, 1 service, used by sample.light (" + light.getBundleId()
                        + ")");
        assertThat(why(Long.toString(lamp.getBundleId()))).contains(" is live: version 0.0.0");
    }

    @Test
    void aServiceOlderThanTheDoctorSaysSo() throws Exception {
        assertThat(why(ConfigurationAdmin.class.getName())).contains(" since before ");
    }

    @Test
    void theTimeOfRegistrationIsRememberedUntilClosed() {
        Clock noon = Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);
        Since since = new Since(context, noon);
        long during = registerSomething();
        since.close();
        long after = registerSomething();
        assertThat(since.of(during)).isEqualTo("since " + Since.format(noon.instant()));
        assertThat(since.of(after)).isEqualTo("since before " + Since.format(noon.instant()));
    }

    private long registerSomething() {
        ServiceRegistration<Object> registration = context.registerService(Object.class, new Object(), null);
        registrations.add(registration);
        return (long) registration.getReference().getProperty(Constants.SERVICE_ID);
    }

    @Test
    void anUnsatisfiedReferenceThatNobodyOffers() throws Exception {
        light("");
        assertThat(why("sample.light.Light"))
                .isEqualTo("sample.light.Light waits for " + LAMP
                        + ": no bundle that is installed offers it; drop one that does into deploy/");
        assertThat(why("sample.light"))
                .startsWith("sample.light is active, but its component sample.light.Light waits for " + LAMP);
    }

    @Test
    void anUnsatisfiedReferenceIsFollowedToTheMissingConfiguration() throws Exception {
        light("(callgate.name=lamp)");
        start(lamp(REQUIRED, ""));
        assertThat(why("sample.light.Light"))
                .isEqualTo("sample.light.Light waits for " + LAMP + " with (callgate.name=lamp): sample.lamp.PlainLamp "
                        + "misses its configuration: sample.lamp.PlainLamp is not there; config:set "
                        + "sample.lamp.PlainLamp KEY=VALUE makes it (sample.lamp.PlainLamp~NAME for one of many)");
    }

    @Test
    void anUnsatisfiedReferenceIsFollowedToTheRefusedValue() throws Exception {
        light("(callgate.name=lamp)");
        refuses("lamp", "sample.output~lamp was refused: initial must be active or inactive");
        assertThat(why("sample.light.Light"))
                .isEqualTo("sample.light.Light waits for " + LAMP + " with (callgate.name=lamp): "
                        + "sample.output~lamp was refused: initial must be active or inactive");
    }

    @Test
    void anUnsatisfiedReferenceIsFollowedToTheMissingDevice() throws Exception {
        light("(callgate.name=lamp)");
        resource("lamp", ResourceState.WAITING, "held by \"gpioset\"");
        assertThat(why("sample.light.Light"))
                .startsWith("sample.light.Light waits for " + LAMP
                        + " with (callgate.name=lamp): lamp is waiting since 1970-01-01")
                .endsWith(": held by \"gpioset\"");
        assertThat(why("sample.output~lamp")).startsWith("sample.output~lamp is waiting since ");
    }

    @Test
    void anUnsatisfiedReferenceIsFollowedToTheBundleThatIsNotStarted() throws Exception {
        light("");
        Bundle lamp = install(lamp("", "").header("Import-Package", SAMPLE_PACKAGE));
        assertThat(why("sample.light.Light"))
                .isEqualTo("sample.light.Light waits for " + LAMP + ": sample.lamp (" + lamp.getBundleId()
                        + ") is not resolved yet, nothing is missing: type start " + lamp.getBundleId());
        lamp.start();
        lamp.stop();
        assertThat(why("sample.light.Light"))
                .endsWith("sample.lamp (" + lamp.getBundleId() + ") is not started: type start " + lamp.getBundleId());
    }

    @Test
    void anUnsatisfiedReferenceIsFollowedThroughSeveralComponents() throws Exception {
        light("");
        start(new SampleBundle("sample.lamp")
                .component(
                        "sample.lamp.Powered",
                        PlainLamp.class,
                        "",
                        OFFERS_LAMP + "<reference name=\"power\" interface=\"sample.Power\"/>"));
        assertThat(why("sample.light.Light"))
                .isEqualTo("sample.light.Light waits for " + LAMP + ": sample.lamp.Powered waits for sample.Power: "
                        + "no bundle that is installed offers it; drop one that does into deploy/");
    }

    @Test
    void aCircleOfReferencesIsNamedAndEnds() throws Exception {
        start(new SampleBundle("sample.lamp")
                .component(
                        "sample.lamp.Circular",
                        PlainLamp.class,
                        "",
                        OFFERS_LAMP + "<reference name=\"itself\" interface=\"" + LAMP + "\"/>"));
        assertThat(why("sample.lamp.Circular"))
                .endsWith("sample.lamp.Circular waits for itself, in a circle: sample.lamp.Circular");
    }

    @Test
    void aTargetThatMatchesNothingSaysWhatIsThere() throws Exception {
        start(lamp("", "<property name=\"callgate.name\" value=\"lamp\"/>"));
        light("(callgate.name=lanp)");
        assertThat(why("sample.light.Light"))
                .endsWith(LAMP + " with (callgate.name=lanp): of the 1 there, none matches (there is lamp)");
    }

    @Test
    void aMissingConfigurationNamesItsPid() throws Exception {
        start(lamp(REQUIRED + " configuration-pid=\"sample.lamp\"", ""));
        assertThat(why("sample.lamp.PlainLamp")).contains(" misses its configuration: sample.lamp is not there; ");
        refuses("sample.lamp", "sample.lamp is set aside: malformed");
        assertThat(why("sample.lamp.PlainLamp"))
                .isEqualTo("sample.lamp.PlainLamp misses its configuration: sample.lamp is set aside: malformed");
        configure("sample.lamp");
        service(Lamp.class);
        assertThat(why("sample.lamp.PlainLamp")).contains(" is live: ");
    }

    @Test
    void aConfigurationIsFoundByItsName() throws Exception {
        configure("sample.output~lamp");
        assertThat(why("lamp"))
                .isEqualTo("lamp is configured (sample.output~lamp), but nothing here is configured by sample.output");
        Bundle output = install(
                lamp(REQUIRED + " configuration-pid=\"sample.output\"", "").header("Import-Package", SAMPLE_PACKAGE));
        assertThat(why("lamp"))
                .isEqualTo("lamp is configured (sample.output~lamp), but sample.lamp (" + output.getBundleId()
                        + ") is not resolved yet, nothing is missing: type start " + output.getBundleId());
        output.start();
        service(Lamp.class);
        assertThat(why("lamp")).startsWith("lamp is live: registered by sample.lamp");
    }

    @Test
    void aRefusedValueIsAddedToWhatServes() throws Exception {
        start(lamp("", "<property name=\"callgate.name\" value=\"lamp\"/>"));
        refuses("lamp", "sample.output~lamp.json: initial must be active or inactive; the last good one serves");
        assertThat(why("lamp"))
                .startsWith("lamp is live: ")
                .endsWith("; sample.output~lamp.json: initial must be active or inactive; the last good one serves");
    }

    @Test
    void aJarThatWasSetAsideIsAnsweredAlone() throws Exception {
        refuses("broken.jar", "broken.jar was set aside: it is a text file");
        assertThat(why("broken.jar")).isEqualTo("broken.jar was set aside: it is a text file");
    }

    @Test
    void aLiveJarIsKnownAndIsNoProblem() throws Exception {
        Files.createDirectories(cache.resolve("data/deploy"));
        Files.writeString(cache.resolve("data/deploy/good.jar"), "");
        knows("good.jar", "good.jar is live: sample.good 1.0.0");
        assertThat(why("good.jar")).isEqualTo("good.jar is live: sample.good 1.0.0");
        assertThat(gogo("callgate:status")).containsPattern("problems +none");
    }

    @Test
    void mechanismsAndCommandsAreFirstGuesses() throws Exception {
        assertThat(why("doctor")).startsWith("doctor is io.callgate.platform.doctor (");
        assertThat(why("linux:doctor")).startsWith("linux:doctor is a command of io.callgate.platform.doctor (");
        install(new SampleBundle("sample.needy").text(NeedsFile.PATH, "{\"mechanism\":\"queues\",\"needs\":[]}"));
        assertThat(why("queues")).startsWith("queues is sample.needy (").contains("is not resolved yet");
    }

    @Test
    void anUnresolvedImportNamesPackageAndVersionsThereAre() throws Exception {
        install(new SampleBundle("sample.future").header("Import-Package", SAMPLE_PACKAGE + ";version=\"[2,3)\""));
        assertThat(why("sample.future"))
                .isEqualTo("sample.future is not resolved: it needs package " + SAMPLE_PACKAGE
                        + " 2.0.0 or newer below 3.0.0, which no bundle exports (there is 1.0.0 of "
                        + "org.apache.felix.framework); drop one that does into deploy/");
    }

    @Test
    void anUnresolvedImportIsFollowedToTheExporterThatLacksSomething() throws Exception {
        install(new SampleBundle("sample.top").header("Import-Package", "sample.middle"));
        install(new SampleBundle("sample.middle")
                .header("Export-Package", "sample.middle")
                .header("Require-Bundle", "sample.nobody;bundle-version=\"1.5\""));
        assertThat(why("sample.top"))
                .isEqualTo("sample.top is not resolved: it needs package sample.middle of sample.middle, which is not "
                        + "resolved: it needs bundle sample.nobody 1.5.0 or newer, which no bundle provides; "
                        + "drop one that does into deploy/");
    }

    @Test
    void aBundleForANewerJavaSaysSo() throws Exception {
        install(new SampleBundle("sample.newer")
                .header("Require-Capability", "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=99))\""));
        assertThat(why("sample.newer"))
                .contains("osgi.ee")
                .contains("it is Java " + Runtime.version().feature());
    }

    @Test
    void aFragmentNamesItsHost() throws Exception {
        Bundle host = install(new SampleBundle("sample.host"));
        install(new SampleBundle("sample.fragment").header("Fragment-Host", "sample.host"));
        host.start();
        assertThat(why("sample.fragment")).isEqualTo("sample.fragment is a fragment of sample.host");
    }

    @Test
    void aBundleAboveTheStartLevelSaysSo() throws Exception {
        Bundle late = install(new SampleBundle("sample.late"));
        late.adapt(BundleStartLevel.class).setStartLevel(50);
        late.start();
        assertThat(why("sample.late")).contains("its start level is 50, the framework's is 1");
    }

    @Test
    void aFailedActivationSaysItsCause() throws Exception {
        start(new SampleBundle("sample.broken")
                .component("sample.broken.Broken", Broken.class, "immediate=\"true\"", ""));
        assertThat(why("sample.broken.Broken"))
                .isEqualTo("sample.broken.Broken failed when it was activated: "
                        + "java.lang.IllegalStateException: the bulb is broken");
    }

    @Test
    void aDisabledComponentSaysHowToEnableIt() throws Exception {
        start(lamp("enabled=\"false\"", ""));
        assertThat(why("sample.lamp.PlainLamp"))
                .isEqualTo("sample.lamp.PlainLamp is disabled: type scr:enable sample.lamp.PlainLamp");
    }

    @Test
    void anUnknownNameIsAnsweredWithTheNearest() throws Exception {
        resource("cpu-temp", ResourceState.LIVE, "");
        assertThatThrownBy(() -> why("cpu-tmp"))
                .hasMessage("cpu-tmp is not known here: no service, configuration, component, bundle or resource has "
                        + "this name, did you mean cpu-temp, sample.output~cpu-temp?");
    }

    @Test
    void statusShowsWhatIsLiveAndWhatToTypeNext() throws Exception {
        assertThat(gogo("callgate:status")).containsPattern("callgate +0\\.1\\.0, up \\d+ s, Java ");
        resource("lamp", ResourceState.WAITING, "no device");
        resource("door", ResourceState.LIVE, "");
        light("");
        install(new SampleBundle("sample.future").header("Import-Package", "sample.future.api"));
        Files.createDirectories(cache.resolve("data/deploy"));
        Files.writeString(cache.resolve("data/deploy/broken.jar"), "text");
        refuses("broken.jar", "broken.jar: set aside: it is a text file" + ", and so on".repeat(20));
        assertThat(gogo("callgate:status").lines()).allMatch(line -> line.length() <= 100);
        assertThat(gogo("callgate:status"))
                .containsPattern("bundles +\\d+ of \\d+ active")
                .endsWith("\nwhy NAME says more")
                .containsPattern("resources +1 waiting, 1 live")
                .containsPattern("problems +4")
                .containsPattern("lamp +waiting: no device")
                .containsPattern("sample\\.future +not resolved")
                .containsPattern("sample\\.light\\.Light +waits for a service")
                .containsPattern("broken\\.jar +set aside: it is a text file.*\\.\\.\\.");
    }

    @Test
    void aResourceAndItsComponentAreOneProblem() throws Exception {
        configure("sample.output~lamp");
        start(new SampleBundle("sample.output")
                .component(
                        "sample.output.Output",
                        PlainLamp.class,
                        REQUIRED + " configuration-pid=\"sample.output\"",
                        "<reference name=\"power\" interface=\"sample.Power\"/>"));
        assertThat(gogo("callgate:status")).containsPattern("sample\\.output\\.Output +waits for a service");
        resource("lamp", ResourceState.WAITING, "sample.output~lamp: no device");
        assertThat(gogo("callgate:status"))
                .containsPattern("problems +1")
                .containsPattern("lamp +waiting: no device")
                .doesNotContain("sample.output.Output");
    }

    @Test
    void theDoctorReadsTheNeedsOfBundlesWhateverTheirState() throws Exception {
        install(new SampleBundle("sample.needy")
                .header("Import-Package", "sample.nobody")
                .text(
                        NeedsFile.PATH,
                        "{\"mechanism\":\"sample\",\"needs\":[{\"name\":\"self\",\"what\":\"itself\",\"kind\":\"file\","
                                + "\"path\":\"/proc/self/status\",\"mend\":\"mount /proc\"}]}"));
        assertThat(gogo("linux:doctor sample").lines())
                .hasSize(2)
                .last()
                .asString()
                .matches("sample +self +present +-");
        assertThatThrownBy(() -> gogo("linux:doctor simple"))
                .hasMessageContaining("no mechanism \"simple\" says what it needs; did you mean sample?");
    }

    @Test
    void theDoctorItselfComesAndGoes() throws BundleException {
        Bundle doctor = Stream.of(context.getBundles())
                .filter(bundle -> "io.callgate.platform.doctor".equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow();
        doctor.stop();
        assertThat(doctor.getRegisteredServices()).isNull();
        doctor.start();
        assertThat(doctor.getRegisteredServices()).hasSize(2);
    }
}
