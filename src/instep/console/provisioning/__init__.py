"""How does an administrator connect, watch and steer the provisioning of an application in the browser?"""
