// Opens and saves a file by Karavan's own code, with the descriptions of the components in lib/.
import { CamelDefinitionYaml } from 'karavan-core/src/core/api/CamelDefinitionYaml'
import { ComponentApi } from 'karavan-core/src/core/api/ComponentApi'

export const useComponents = descriptions => ComponentApi.saveComponents(descriptions)

export const openAndSave = (name, text) => CamelDefinitionYaml.integrationToYaml(CamelDefinitionYaml.yamlToIntegration(name, text))
